import type { TcpProxySchema } from '@flotilla/envoy-api/envoy/extensions/filters/network/tcp_proxy/v3/tcp_proxy_pb.js';
import type { TrafficPolicy } from '@flotilla/resources';
import type { PortPolicy } from '../clusters/policy.ts';
import type { Fields } from '../message-fields.ts';
import { protoDuration } from '../routing/http/proto-duration.ts';

type Settings = Fields<typeof TcpProxySchema>;

/** What a policy says of connections that are passed on as they are: how long they last, who keeps to whom, by which tunnel. */
export function connectionSettings({ connectionPool, loadBalancer, tunnel }: PortPolicy): Settings {
  const { idleTimeout, maxConnectionDuration } = connectionPool?.tcp ?? {};
  return {
    ...(idleTimeout === undefined ? {} : { idleTimeout: protoDuration(idleTimeout) }),
    ...(maxConnectionDuration === undefined ? {} : { maxDownstreamConnectionDuration: protoDuration(maxConnectionDuration) }),
    ...(loadBalancer?.consistentHash?.useSourceIp === true ? { hashPolicy: [{ policySpecifier: { case: 'sourceIp' as const, value: {} } }] } : {}),
    ...(tunnel === undefined ? {} : { tunnelingConfig: tunnelTo(tunnel) }),
  };
}

function tunnelTo({ targetHost, targetPort, protocol }: NonNullable<TrafficPolicy['tunnel']>): NonNullable<Settings['tunnelingConfig']> {
  const host = targetHost.includes(':') ? `[${targetHost}]` : targetHost;
  return { hostname: `${host}:${targetPort}`, usePost: protocol === 'POST' };
}
