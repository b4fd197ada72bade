import { Type, type Static } from 'typebox';
import { message } from '../schema/message.ts';
import { PortSelector } from '../schema/port-selector.ts';
import { double, duration, oneOf, port, text, uint32 } from '../schema/scalars.ts';
import { ClientTLSSettings } from './client-tls.ts';
import { ConnectionPoolSettings } from './connection-pool.ts';
import { LoadBalancerSettings } from './load-balancer.ts';
import { OutlierDetection } from './outlier-detection.ts';

const perPort = {
  loadBalancer: LoadBalancerSettings,
  connectionPool: ConnectionPoolSettings,
  outlierDetection: OutlierDetection,
  tls: ClientTLSSettings,
};

/** The policy of one port; it takes the place of the whole policy there, block by block. */
export const PortTrafficPolicy = message({ port: PortSelector }, perPort);
export type PortTrafficPolicy = Static<typeof PortTrafficPolicy>;

export const TunnelSettings = message({ targetHost: text(), targetPort: port() }, { protocol: text() });
export type TunnelSettings = Static<typeof TunnelSettings>;

export const ProxyProtocol = message({}, { version: oneOf('V1', 'V2') });
export type ProxyProtocol = Static<typeof ProxyProtocol>;

export const RetryBudget = message({}, { percent: double(), minRetryConcurrency: uint32(), budgetInterval: duration() });
export type RetryBudget = Static<typeof RetryBudget>;

export const TrafficPolicy = message(
  {},
  {
    ...perPort,
    portLevelSettings: Type.Array(PortTrafficPolicy),
    tunnel: TunnelSettings,
    proxyProtocol: ProxyProtocol,
    retryBudget: RetryBudget,
  },
);
export type TrafficPolicy = Static<typeof TrafficPolicy>;
