import { ClusterSchema } from '@flotilla/envoy-api/envoy/config/cluster/v3/cluster_pb.js';
import type { MeshConfig, Protocol } from '@flotilla/mesh';
import type { TCPSettings } from '@flotilla/resources';
import { millis } from '../duration.ts';
import type { Fields } from '../message-fields.ts';
import { remember } from '../remember.ts';
import { protoDuration } from '../routing/http/proto-duration.ts';
import { encode } from '../wire/encode.ts';
import { localityBalancing } from '../endpoints/endpoint-groups.ts';
import { circuitBreakers } from './circuit-breakers.ts';
import { httpProtocol, type AutoTls } from './http-protocol.ts';
import { loadBalancer } from './load-balancer.ts';
import { outlierDetection } from './outlier-detection.ts';
import type { PortPolicy } from './policy.ts';

const encoded = new WeakMap<MeshConfig, WeakMap<PortPolicy, Map<string, Uint8Array>>>();

/**
 * The fields of a cluster that say how its connections are used: limits, load balancing, timeouts,
 * protocol. Encoded once for all clusters with one policy.
 *
 * @param ownBalancing whether the cluster's kind leaves the choice of an endpoint to a load balancer
 */
export function connectionPolicy(policy: PortPolicy, protocol: Protocol, autoTls: AutoTls | undefined, ownBalancing: boolean, mesh: MeshConfig): Uint8Array {
  const policies = remember(encoded, mesh, () => new WeakMap<PortPolicy, Map<string, Uint8Array>>());
  const variants = remember(policies, policy, () => new Map<string, Uint8Array>());
  const variant = [protocol, autoTls?.sni, autoTls?.sanValidation, ownBalancing].join();
  return remember(variants, variant, () => {
    const { tcp } = policy.connectionPool ?? {};
    return encode(ClusterSchema, {
      connectTimeout: tcp?.connectTimeout === undefined ? millis(mesh.connectTimeoutMs) : protoDuration(tcp.connectTimeout),
      circuitBreakers: circuitBreakers(policy),
      ...(ownBalancing ? loadBalancer(policy.loadBalancer, mesh) : {}),
      ...outlierDetection(policy.outlierDetection),
      commonLbConfig: commonBalancing(policy, mesh),
      ...keepalive(tcp?.tcpKeepalive ?? mesh.tcpKeepalive),
      typedExtensionProtocolOptions: httpProtocol(protocol, policy, mesh, autoTls),
    });
  });
}

/** What holds for every load balancer: when endpoints are taken for dead, and whether localities have weights. */
function commonBalancing(policy: PortPolicy, mesh: MeshConfig): Fields<typeof ClusterSchema>['commonLbConfig'] {
  const { outlierDetection: outlier } = policy;
  const { distribute = [] } = localityBalancing(policy, mesh) ?? {};
  const weighted = distribute.length > 0;
  if (outlier === undefined && !weighted) return undefined;
  return {
    // Services have few endpoints: sending to ejected ones in a panic is off unless asked for.
    ...(outlier === undefined ? {} : { healthyPanicThreshold: { value: outlier.minHealthPercent ?? 0 } }),
    ...(weighted ? { localityConfigSpecifier: { case: 'localityWeightedLbConfig' as const, value: {} } } : {}),
  };
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
