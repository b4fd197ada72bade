import type { Place } from './place.ts';

const http = ['HTTP', 'HTTP2', 'HTTP_PROXY', 'GRPC', 'GRPC-WEB'];
const tls = ['HTTPS', 'TLS'];
const others = ['TCP', 'UDP', 'MONGO', 'REDIS', 'MYSQL', 'HBONE'];
const known = [...http, ...tls, ...others];

/** Whether requests can be told apart on a port of this protocol, in any case. */
export const isHttpProtocol = (protocol: string | undefined): boolean => http.includes(protocol?.toUpperCase() ?? '');

/** Whether connections say by SNI where they want to go. */
export const isTlsProtocol = (protocol: string | undefined): boolean => tls.includes(protocol?.toUpperCase() ?? '');

/** Whether all there is to tell connections apart is their address and port. */
export const isTcpProtocol = (protocol: string | undefined): boolean =>
  isTlsProtocol(protocol) || ['TCP', 'MONGO', 'REDIS', 'MYSQL'].includes(protocol?.toUpperCase() ?? '');

/** Whether the name of a port begins with what it speaks, as `http-web` and `grpc-web` do. */
export const namesProtocol = (name: string): boolean => known.includes(name.split('-')[0]?.toUpperCase() ?? '');

export function checkProtocol(protocol: string, at: Place): void {
  if (!known.includes(protocol.toUpperCase())) at.refuse('is not a known protocol', { found: protocol, allowed: known.join(', ') });
}
