import { fullHost, hostMatches } from '@flotilla/mesh';
import type { Gateway, Server, VirtualService } from '@flotilla/resources';

/** A host that a server takes traffic for, and whose VirtualServices may route it. */
export interface ServerHost {
  /** `*` for those of any namespace. */
  readonly namespace: string;
  readonly host: string;
}

/**
 * What a server does with connections. `http`: routes their requests. `https`: the same, after it took
 * TLS from them. `tcp`: passes them on. `tls`: the same without their TLS. `passthrough` and
 * `auto-passthrough`: passes them on as they are, by the name that their TLS asks for.
 */
export type ServerKind = 'http' | 'https' | 'tcp' | 'tls' | 'passthrough' | 'auto-passthrough';

/** A server of a Gateway, on a port where the proxy listens for it. */
export interface GatewayServer {
  /** `<namespace>/<name>` of the Gateway. */
  readonly gateway: string;
  readonly server: Server;
  readonly kind: ServerKind;
  /** The port as the Gateway names it, which rules match and virtual hosts are called by. */
  readonly number: number;
  /** Where the proxy listens for it. */
  readonly listenPort: number;
  /** The address to bind; empty for the one that the proxy's listeners bind anyway. */
  readonly bind: string;
  readonly hosts: readonly ServerHost[];
  /** The route configuration of its requests, for kinds that have some. */
  readonly table: string | undefined;
}

/**
 * A server as it is served on one port.
 *
 * @param usualBind what the proxy's listeners bind
 */
export function gatewayServer(gateway: Gateway, server: Server, listenPort: number, usualBind: string, domainSuffix: string): GatewayServer {
  const kind = kindOf(server);
  const { bind = '' } = server;
  const own = bind === usualBind || bind === '0.0.0.0' ? '' : bind;
  return {
    gateway: `${gateway.metadata.namespace}/${gateway.metadata.name}`,
    server,
    kind,
    number: server.port.number ?? 0,
    listenPort,
    bind: own,
    hosts: server.hosts.map((host) => serverHost(host, gateway, domainSuffix)),
    table: tableOf(gateway, server, kind, listenPort, own),
  };
}

const httpProtocols: ReadonlySet<string> = new Set(['HTTP', 'HTTP2', 'HTTP_PROXY', 'GRPC', 'GRPC-WEB']);

function kindOf({ port, tls }: Server): ServerKind {
  const protocol = port.protocol.toUpperCase();
  if (httpProtocols.has(protocol)) return 'http';
  if (protocol !== 'HTTPS' && protocol !== 'TLS') return 'tcp';
  if (tls?.mode === 'AUTO_PASSTHROUGH') return 'auto-passthrough';
  if (tls?.mode === undefined || tls.mode === 'PASSTHROUGH') return 'passthrough';
  return protocol === 'HTTPS' ? 'https' : 'tls';
}

/** All plain HTTP servers at one address share a route configuration; each HTTPS server has its own. */
function tableOf({ metadata }: Gateway, { port }: Server, kind: ServerKind, listenPort: number, bind: string): string | undefined {
  const suffix = bind === '' ? '' : `.${bind}`;
  if (kind === 'http') return `http.${listenPort}${suffix}`;
  return kind === 'https' ? `https.${port.number ?? 0}.${port.name}.${metadata.name}.${metadata.namespace}${suffix}` : undefined;
}

/** A host as a server writes it: alone or after `*` for any namespace, else after a namespace, `.` being the Gateway's own. */
function serverHost(text: string, { metadata }: Gateway, domainSuffix: string): ServerHost {
  const slash = text.indexOf('/');
  const [where, host] = slash === -1 ? ['*', text] : [text.slice(0, slash), text.slice(slash + 1)];
  return { namespace: where === '.' ? metadata.namespace : where, host: fullHost(host, metadata.namespace, domainSuffix) };
}

/** The hosts of a server that this VirtualService may route. */
export function hostsFor({ hosts }: GatewayServer, { metadata }: VirtualService): ServerHost[] {
  return hosts.filter(({ namespace }) => namespace === '*' || namespace === metadata.namespace);
}

/** What two hosts, wildcards or not, have in common: the narrower of them, if either lies within the other. */
export function commonHost(a: string, b: string): string | undefined {
  if (hostMatches(a, b)) return b;
  return hostMatches(b, a) ? a : undefined;
}
