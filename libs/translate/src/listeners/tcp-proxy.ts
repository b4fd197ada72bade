import { TcpProxySchema } from '@flotilla/envoy-api/envoy/extensions/filters/network/tcp_proxy/v3/tcp_proxy_pb.js';
import type { Fields } from '../message-fields.ts';
import { connectionLog, type LogTargets, type Side } from '../telemetry/access-log.ts';
import { typedConfig } from '../typed-config.ts';
import type { NetworkFilter } from './http-connection-manager.ts';

export type TcpTarget = NonNullable<Fields<typeof TcpProxySchema>['clusterSpecifier']>;

/**
 * The network filter that passes bytes on, to one cluster or to several by weight.
 *
 * @param logs where connections are logged; nowhere when absent
 */
export function tcpProxy(target: TcpTarget, statPrefix: string, logs: LogTargets | undefined, side: Side, more: Fields<typeof TcpProxySchema> = {}): NetworkFilter {
  const config = typedConfig(TcpProxySchema, {
    statPrefix,
    clusterSpecifier: target,
    accessLog: logs === undefined ? [] : connectionLog(logs, side),
    // A connection counts as opened when it is, not when it ends.
    accessLogOptions: { flushAccessLogOnConnected: logs?.mixerCluster !== undefined },
    ...more,
  });
  return { name: 'envoy.filters.network.tcp_proxy', configType: { case: 'typedConfig', value: config } };
}

/** One cluster. */
export function toCluster(name: string): TcpTarget {
  return { case: 'cluster', value: name };
}
