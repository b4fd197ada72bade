import { checkDuration, checkDurationOrOff } from '../validation/duration.ts';
import type { Place } from '../validation/place.ts';
import type { ConnectionPoolSettings, HTTPSettings, TCPSettings } from './connection-pool.ts';

export function checkConnectionPool({ tcp, http }: ConnectionPoolSettings, at: Place): void {
  if (tcp === undefined && http === undefined) at.refuse('must not be empty', { allowed: 'tcp, http' });
  if (tcp !== undefined) checkTcp(tcp, at.at('tcp'));
  if (http !== undefined) checkHttp(http, at.at('http'));
}

function checkTcp(tcp: TCPSettings, at: Place): void {
  checkDuration(tcp.connectTimeout, at.at('connectTimeout'));
  checkDuration(tcp.maxConnectionDuration, at.at('maxConnectionDuration'));
  checkDurationOrOff(tcp.idleTimeout, at.at('idleTimeout'));
  checkDuration(tcp.tcpKeepalive?.time, at.at('tcpKeepalive').at('time'));
  checkDuration(tcp.tcpKeepalive?.interval, at.at('tcpKeepalive').at('interval'));
}

function checkHttp(http: HTTPSettings, at: Place): void {
  checkDuration(http.idleTimeout, at.at('idleTimeout'));
  checkDuration(http.http2KeepAlive?.interval, at.at('http2KeepAlive').at('interval'));
  checkDuration(http.http2KeepAlive?.timeout, at.at('http2KeepAlive').at('timeout'));
  if (http.h2UpgradePolicy === 'UPGRADE' && http.useClientProtocol === true) {
    at.at('useClientProtocol').refuse('cannot be true where h2UpgradePolicy is UPGRADE', { found: true });
  }
}
