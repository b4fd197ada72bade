import { serviceSpiffeId } from '@flotilla/pki';
import type { ProxySettings } from '@flotilla/resources';
import { keptStatistics } from './kept-statistics.ts';
import { nodeOf } from './node.ts';
import { agentCluster, readinessListener } from './readiness-listener.ts';
import { controlPlaneCluster, fromPilot, peerCluster, secretCluster, socketAddress, streamTo } from './static-cluster.ts';
import { statisticLabels } from './statistic-labels.ts';
import type { Workload } from './workload.ts';

/** What an Envoy's bootstrap depends on, beside its workload. */
export interface BootstrapOptions {
  /** `host:port` of each Pilot. */
  readonly pilotAddress: readonly string[];
  readonly mixerAddress: string;
  readonly credentialsAddress: string;
  readonly trustDomain: string;
  readonly clusterId: string;
  /** `host:port` of the name server to ask; by default those of the system. */
  readonly dnsResolver?: string;
  readonly xdsMode: 'delta' | 'sotw';
  /** Where the agent tells how the proxy is, for workloads whose connections are intercepted. */
  readonly statusPort: number;
  /** Paths of unix sockets. */
  readonly adminSocket: string;
  readonly secretSocket: string;
}

const pilotCluster = 'xds-grpc';

/** More than any machine has to give, yet a limit: Envoy warns of having none. */
const maxDownstreamConnections = 1_000_000;

/**
 * The configuration an Envoy is started with, as JSON in Envoy's own names; all else comes from Pilot.
 *
 * @param config what is in effect of ProxyConfigs
 */
export function bootstrapOf(workload: Workload, config: ProxySettings, options: BootstrapOptions): Record<string, unknown> {
  const { trustDomain, statusPort, dnsResolver } = options;
  const intercepted = workload.interception === 'REDIRECT';
  const knowsPeers = config.proxyMetadata?.['ISTIO_META_ENABLE_SELF_DISCOVERY'] === 'true';
  return {
    node: nodeOf(workload, config, options.clusterId),
    admin: { address: { pipe: { path: options.adminSocket, mode: 0o600 } } },
    dynamic_resources: {
      lds_config: fromPilot,
      cds_config: fromPilot,
      ads_config: {
        api_type: options.xdsMode === 'delta' ? 'DELTA_GRPC' : 'GRPC',
        transport_api_version: 'V3',
        set_node_on_first_message_only: true,
        grpc_services: [streamTo(pilotCluster)],
      },
    },
    static_resources: {
      ...(intercepted ? { listeners: [readinessListener(workload)] } : {}),
      clusters: [
        controlPlaneCluster({ name: pilotCluster, addresses: options.pilotAddress, spiffeId: serviceSpiffeId(trustDomain, 'pilot') }),
        controlPlaneCluster({ name: 'flotilla-mixer', addresses: [options.mixerAddress], spiffeId: serviceSpiffeId(trustDomain, 'mixer') }),
        controlPlaneCluster({ name: 'flotilla-citadel', addresses: [options.credentialsAddress], spiffeId: serviceSpiffeId(trustDomain, 'citadel') }),
        secretCluster(options.secretSocket),
        ...(intercepted ? [agentCluster(statusPort)] : []),
        ...(knowsPeers ? [peerCluster] : []),
      ],
    },
    ...(intercepted && !knowsPeers
      ? {}
      : {
          cluster_manager: {
            // Each hop shows its own address, as where a network namespace has but one.
            ...(intercepted ? {} : { upstream_bind_config: { source_address: { address: workload.address, port_value: 0 } } }),
            ...(knowsPeers ? { local_cluster_name: peerCluster.name } : {}),
          },
        }),
    ...(dnsResolver === undefined ? {} : { typed_dns_resolver_config: resolverAt(dnsResolver) }),
    layered_runtime: {
      layers: [
        { name: 'static', static_layer: { 're2.max_program_size.error_level': 32768, ...runtimeValues(config) } },
        { name: 'admin', admin_layer: {} },
      ],
    },
    stats_config: { use_all_default_tags: false, stats_tags: statisticLabels, stats_matcher: keptStatistics(config.proxyStatsMatcher) },
    overload_manager: {
      resource_monitors: [
        {
          name: 'envoy.resource_monitors.global_downstream_max_connections',
          typed_config: {
            '@type': 'type.googleapis.com/envoy.extensions.resource_monitors.downstream_connections.v3.DownstreamConnectionsConfig',
            max_active_downstream_connections: maxDownstreamConnections,
          },
        },
      ],
    },
  };
}

/** Envoy's own resolver, asking the name server at this address alone. */
function resolverAt(address: string): Record<string, unknown> {
  return {
    name: 'envoy.network.dns_resolver.cares',
    typed_config: {
      '@type': 'type.googleapis.com/envoy.extensions.network.dns_resolver.cares.v3.CaresDnsResolverConfig',
      resolvers: [socketAddress(address)],
    },
  };
}

/** Truths and numbers, which are written as text, are told to Envoy as what they are. */
function runtimeValues({ runtimeValues: written = {} }: ProxySettings): Record<string, boolean | number | string> {
  const valueOf = (text: string): boolean | number | string => (text === 'true' || text === 'false' ? text === 'true' : text.trim() === '' || Number.isNaN(Number(text)) ? text : Number(text));
  return Object.fromEntries(Object.entries(written).map(([name, text]) => [name, valueOf(text)]));
}
