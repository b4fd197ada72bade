import { fullHost, gatewaysFor, hostMatches, isHttp, protocolOf, servicesOfWorkload, type Snapshot } from '@flotilla/mesh';
import type { Gateway, Server, VirtualService } from '@flotilla/resources';
import type { Scope } from '../scope.ts';

/** A host that a server takes requests for, and whose VirtualServices may route them. */
export interface ServerHost {
  /** `*` for those of any namespace. */
  readonly namespace: string;
  readonly host: string;
}

/** A server of a Gateway, on the port where the proxy listens for it. */
export interface GatewayServer {
  /** `<namespace>/<name>` of the Gateway. */
  readonly gateway: string;
  readonly server: Server;
  readonly port: number;
  readonly hosts: readonly ServerHost[];
}

/** The plain HTTP servers of a gateway scope, those of the oldest Gateway first. */
export function httpServers(snapshot: Snapshot, scope: Scope): GatewayServer[] {
  return gatewaysFor(snapshot, scope.labels).flatMap((gateway) =>
    gateway.spec.servers.filter(isPlainHttp).map((server) => ({
      gateway: `${gateway.metadata.namespace}/${gateway.metadata.name}`,
      server,
      port: listenPort(snapshot, scope, server.port.number ?? 0),
      hosts: server.hosts.map((host) => serverHost(host, gateway, snapshot.mesh.domainSuffix)),
    })),
  );
}

function isPlainHttp({ port }: Server): boolean {
  return port.number !== undefined && port.number > 0 && isHttp(protocolOf(port.protocol, port.name));
}

/**
 * Where the proxy listens for a server's port: on the target port, where a service of the gateway
 * forwards the port to another.
 */
function listenPort(snapshot: Snapshot, scope: Scope, number: number): number {
  const services = servicesOfWorkload(snapshot, { namespace: scope.namespace, labels: scope.labels, addresses: [] });
  return services.flatMap(({ ports }) => ports).find((port) => port.number === number)?.targetPort ?? number;
}

/** A host as a server writes it: alone or after `*` for any namespace, else after a namespace, `.` being the Gateway's own. */
function serverHost(text: string, { metadata }: Gateway, domainSuffix: string): ServerHost {
  const slash = text.indexOf('/');
  const [where, host] = slash === -1 ? ['*', text] : [text.slice(0, slash), text.slice(slash + 1)];
  return { namespace: where === '.' ? metadata.namespace : where, host: fullHost(host, metadata.namespace, domainSuffix) };
}

/** Whether a server routes a host by this VirtualService's rules. */
export function admits(server: GatewayServer, { metadata }: VirtualService, domain: string): boolean {
  return server.hosts.some(({ namespace, host }) => (namespace === '*' || namespace === metadata.namespace) && hostMatches(host, domain));
}

/** What two hosts, wildcards or not, have in common: the narrower of them, if either lies within the other. */
export function commonHost(a: string, b: string): string | undefined {
  if (hostMatches(a, b)) return b;
  return hostMatches(b, a) ? a : undefined;
}
