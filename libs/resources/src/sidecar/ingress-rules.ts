import { checkConnectionPool } from '../destination-rule/connection-pool-rules.ts';
import { checkServerTls } from '../gateway/server-tls-rules.ts';
import type { ServerTLSSettings } from '../gateway/server-tls.ts';
import { checkIpAddress, checkUnixAddress, isUnixAddress } from '../validation/address.ts';
import { each, type Place } from '../validation/place.ts';
import { isHttpProtocol, isTlsProtocol } from '../validation/protocol.ts';
import { checkSidecarPort } from './port-rules.ts';
import type { IstioIngressListener } from './sidecar.ts';

/** The ports at which traffic comes to a workload, and where it goes from there. */
export function checkIngress(listeners: readonly IstioIngressListener[], at: Place): void {
  const numbers = new Set<number>();
  each(listeners, at, (listener, here) => {
    checkListener(listener, here);
    const { number } = listener.port;
    if (!number) return;
    if (numbers.has(number)) here.at('port').at('number').refuse('is the number of an earlier listener', { found: number });
    numbers.add(number);
  });
}

function checkListener({ port, bind, defaultEndpoint, tls, connectionPool }: IstioIngressListener, at: Place): void {
  checkSidecarPort(port, at.at('port'));
  if (!port.number) at.at('port').at('number').refuse('is required');
  if (bind) checkIpAddress(bind, at.at('bind'));
  if (defaultEndpoint) checkDefaultEndpoint(defaultEndpoint, at.at('defaultEndpoint'));
  if (tls !== undefined) checkTls(tls, port.protocol, at.at('tls'));
  if (connectionPool === undefined) return;
  const pool = at.at('connectionPool');
  checkConnectionPool(connectionPool, pool);
  if (connectionPool.http !== undefined && !isHttpProtocol(port.protocol)) pool.at('http').refuse('cannot be given for a port that does not carry HTTP', { found: port.protocol ?? '' });
}

/** The application is on the same machine: at an address of its own, of the loopback, or at a socket. */
const endpointForm = /^(127\.0\.0\.1|0\.0\.0\.0|\[::1\]|\[::\]|):(\d{1,5})$/;

function checkDefaultEndpoint(endpoint: string, at: Place): void {
  if (isUnixAddress(endpoint)) {
    checkUnixAddress(endpoint, at);
    return;
  }
  const port = Number(endpointForm.exec(endpoint)?.[2] ?? 0);
  if (port < 1 || port > 65535) {
    at.refuse('is not an endpoint of the workload', { found: endpoint, allowed: '127.0.0.1:PORT, [::1]:PORT, 0.0.0.0:PORT, [::]:PORT or unix:///PATH' });
  }
}

/** What a gateway can do with TLS, but a sidecar cannot. */
const forGateways = ['httpsRedirect', 'subjectAltNames', 'credentialName', 'credentialNames', 'tlsCertificates', 'caCertCredentialName'] as const satisfies readonly (keyof ServerTLSSettings)[];

function checkTls(tls: ServerTLSSettings, protocol: string | undefined, at: Place): void {
  for (const field of forGateways) {
    const value = tls[field];
    if (value !== undefined && value !== false && value !== '') at.at(field).refuse('is not for sidecars', { found: value });
  }
  if (tls.mode === 'ISTIO_MUTUAL' || tls.mode === 'AUTO_PASSTHROUGH') at.at('mode').refuse('is not for sidecars', { found: tls.mode, allowed: 'PASSTHROUGH, SIMPLE, MUTUAL, OPTIONAL_MUTUAL' });
  if (!isTlsProtocol(protocol)) at.refuse(`cannot be given for a port of protocol ${protocol ?? 'unknown'}`, { allowed: 'protocol HTTPS or TLS' });
  checkServerTls(tls, at);
}
