import type { Static } from 'typebox';
import { message } from '../schema/message.ts';
import { duration, flag, limit, oneOf, uint32 } from '../schema/scalars.ts';

export const TCPSettings = message(
  {},
  {
    maxConnections: limit(),
    connectTimeout: duration(),
    tcpKeepalive: message({}, { probes: uint32(), time: duration(), interval: duration() }),
    maxConnectionDuration: duration(),
    idleTimeout: duration(),
  },
);
export type TCPSettings = Static<typeof TCPSettings>;

export const HTTPSettings = message(
  {},
  {
    http1MaxPendingRequests: limit(),
    http2MaxRequests: limit(),
    maxRequestsPerConnection: limit(),
    maxRetries: limit(),
    idleTimeout: duration(),
    h2UpgradePolicy: oneOf('DEFAULT', 'DO_NOT_UPGRADE', 'UPGRADE'),
    useClientProtocol: flag(),
    maxConcurrentStreams: limit(),
    http2KeepAlive: message({ interval: duration(), timeout: duration() }, {}),
  },
);
export type HTTPSettings = Static<typeof HTTPSettings>;

export const ConnectionPoolSettings = message({}, { tcp: TCPSettings, http: HTTPSettings });
export type ConnectionPoolSettings = Static<typeof ConnectionPoolSettings>;
