import { ClusterSchema } from '@flotilla/envoy-api/envoy/config/cluster/v3/cluster_pb.js';
import { remember, type MeshConfig, type Protocol } from '@flotilla/mesh';
import type { TCPSettings } from '@flotilla/resources';
import { millis } from '../duration.ts';
import type { Fields } from '../message-fields.ts';
import { protoDuration } from '../routing/http/proto-duration.ts';
import { encode } from '../wire/encode.ts';
import { localityBalancing, type LocalityBalancing } from '../endpoints/endpoint-groups.ts';
import { circuitBreakers } from './circuit-breakers.ts';
import { httpProtocol, type AutoTls } from './http-protocol.ts';
import { loadBalancer } from './load-balancer.ts';
import { outlierDetection } from './outlier-detection.ts';
import type { PortPolicy } from './policy.ts';

const encoded = new WeakMap<MeshConfig, WeakMap<PortPolicy, Map<string, Uint8Array>>>();

/** What of a cluster its policy is not all of. */
interface PolicyUse {
  readonly protocol: Protocol;
  readonly autoTls?: AutoTls | undefined;
  /** Whether the cluster's kind leaves the choice of an endpoint to a load balancer. */
  readonly ownBalancing: boolean;
  /** Whether Envoy prefers its zone unless it is told not to. */
  readonly knowsPeers?: boolean;
}

/**
 * The fields of a cluster that say how its connections are used: limits, load balancing, timeouts,
 * protocol. Encoded once for all clusters with one policy.
 */
export function connectionPolicy(policy: PortPolicy, use: PolicyUse, mesh: MeshConfig): Uint8Array {
  const { protocol, autoTls, ownBalancing, knowsPeers = false } = use;
  const policies = remember(encoded, mesh, () => new WeakMap<PortPolicy, Map<string, Uint8Array>>());
  const variants = remember(policies, policy, () => new Map<string, Uint8Array>());
  const variant = [protocol, autoTls?.sni, autoTls?.sanValidation, ownBalancing, knowsPeers].join();
  return remember(variants, variant, () => {
    const { tcp } = policy.connectionPool ?? {};
    const choice = localityBalancing(policy, mesh);
    // A load balancer that is an extension has no common settings.
    const common = ownBalancing && policy.loadBalancer?.backendUtilization === undefined;
    return encode(ClusterSchema, {
      connectTimeout: tcp?.connectTimeout === undefined ? millis(mesh.connectTimeoutMs) : protoDuration(tcp.connectTimeout),
      circuitBreakers: circuitBreakers(policy),
      ...(ownBalancing ? loadBalancer(policy.loadBalancer, hasShares(choice), mesh) : {}),
      ...outlierDetection(policy.outlierDetection),
      commonLbConfig: commonBalancing(policy, common ? localityChoice(choice, knowsPeers) : {}),
      ...keepalive(tcp?.tcpKeepalive ?? mesh.tcpKeepalive),
      typedExtensionProtocolOptions: httpProtocol(protocol, policy, mesh, autoTls),
    });
  });
}

type CommonBalancing = NonNullable<Fields<typeof ClusterSchema>['commonLbConfig']>;

/** What holds for every load balancer: when endpoints are taken for dead, and how it chooses among localities. */
function commonBalancing({ outlierDetection: outlier }: PortPolicy, localities: Pick<CommonBalancing, 'localityConfigSpecifier'>): CommonBalancing | undefined {
  if (outlier === undefined && localities.localityConfigSpecifier === undefined) return undefined;
  return {
    // Services have few endpoints: sending to ejected ones in a panic is off unless asked for.
    ...(outlier === undefined ? {} : { healthyPanicThreshold: { value: outlier.minHealthPercent ?? 0 } }),
    ...localities,
  };
}

/** @param knowsPeers whether Envoy prefers its zone unless it is told not to */
function localityChoice(choice: LocalityBalancing, knowsPeers: boolean): Pick<CommonBalancing, 'localityConfigSpecifier'> {
  if (hasShares(choice)) return { localityConfigSpecifier: { case: 'localityWeightedLbConfig', value: {} } };
  if (choice.by !== 'zone') return knowsPeers ? { localityConfigSpecifier: { case: 'zoneAwareLbConfig', value: { routingEnabled: { value: 0 } } } } : {};
  const { minClusterSize } = choice.setting;
  return { localityConfigSpecifier: { case: 'zoneAwareLbConfig', value: minClusterSize === undefined ? {} : { minClusterSize: BigInt(minClusterSize) } } };
}

function hasShares(choice: LocalityBalancing): boolean {
  return choice.by === 'locality' && (choice.setting.distribute ?? []).length > 0;
}

function keepalive(settings: TCPSettings['tcpKeepalive']): Fields<typeof ClusterSchema> {
  if (settings === undefined) return {};
  return {
    upstreamConnectionOptions: {
      tcpKeepalive: {
        ...(settings.probes === undefined ? {} : { keepaliveProbes: settings.probes }),
        ...(settings.time === undefined ? {} : { keepaliveTime: Number(protoDuration(settings.time).seconds) }),
        ...(settings.interval === undefined ? {} : { keepaliveInterval: Number(protoDuration(settings.interval).seconds) }),
      },
    },
  };
}
