import type { Gateway } from '../resource.ts';
import { checkIpAddress, checkUnixAddress, isUnixAddress } from '../validation/address.ts';
import { checkMetadata } from '../validation/metadata.ts';
import { checkNamespacedHost } from '../validation/namespaced-host.ts';
import { each, type Place } from '../validation/place.ts';
import { checkProtocol, isHttpProtocol, isTlsProtocol } from '../validation/protocol.ts';
import type { Server } from './gateway.ts';
import { checkServerTls } from './server-tls-rules.ts';

/** What the schema of a Gateway cannot say. */
export function gatewayRules({ metadata, spec }: Gateway, at: Place): void {
  checkMetadata(metadata, at.at('metadata'));
  if (metadata.name.includes('.')) at.at('metadata').at('name').refuse('cannot have dots, for VirtualServices name gateways as namespace/name', { found: metadata.name });
  const names = new Set<string>();
  each(spec.servers, at.at('spec').at('servers'), (server, here) => {
    checkServer(server, here);
    const { name } = server.port;
    if (name !== '' && names.has(name)) here.at('port').at('name').refuse('is the name of another port of this gateway', { found: name });
    names.add(name);
  });
}

function checkServer(server: Server, at: Place): void {
  // Any namespace, or the gateway's own.
  each(server.hosts, at.at('hosts'), (host, here) => checkNamespacedHost(host, { namespaces: ['*', '.'], bare: true, addresses: true }, here));
  const { port, bind = '', tls } = server;
  if (port.name === '') at.at('port').at('name').refuse('must not be empty');
  checkProtocol(port.protocol, at.at('port').at('protocol'));
  if (isUnixAddress(bind)) {
    checkUnixAddress(bind, at.at('bind'));
    if (port.number) at.at('port').at('number').refuse('must be left out where a unix socket is bound', { found: port.number });
  } else {
    if (bind !== '') checkIpAddress(bind, at.at('bind'));
    if (!port.number) at.at('port').at('number').warn('is left out: such a server is never served');
  }
  if (tls !== undefined) checkServerTls(tls, at.at('tls'));
  checkTlsFits(server, at);
}

/** Whether a server's protocol and its TLS settings go together. */
function checkTlsFits({ port: { protocol }, tls }: Server, at: Place): void {
  const here = at.at('tls');
  if (tls === undefined) {
    if (isTlsProtocol(protocol)) here.refuse(`is required for protocol ${protocol}`);
    return;
  }
  if (tls.httpsRedirect === true && !isHttpProtocol(protocol)) here.at('httpsRedirect').warn(`has an effect for HTTP servers only, not for ${protocol}`);
  if (isTlsProtocol(protocol)) return;
  const passes = tls.mode === undefined || tls.mode === 'PASSTHROUGH' || tls.mode === 'AUTO_PASSTHROUGH';
  const bare = passes && !tls.serverCertificate && !tls.privateKey && !tls.caCertificates;
  if (isHttpProtocol(protocol)) {
    if (!bare) here.refuse(`cannot secure a port of protocol ${protocol}`, { allowed: 'httpsRedirect only, or protocol HTTPS' });
  } else here.refuse(`cannot be given for a port of protocol ${protocol}`, { allowed: 'protocol HTTPS or TLS' });
}
