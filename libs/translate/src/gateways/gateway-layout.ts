import { gatewaysByAge, remember, seesLookedUp, type Snapshot } from '@flotilla/mesh';
import { hasUsablePins, type Gateway } from '@flotilla/resources';
import type { Scope } from '../scope.ts';
import { isUnixAddress } from '../socket-address.ts';
import { frontServices, listenPorts, serves, type FrontService } from './front-services.ts';
import { gatewayServer, type GatewayServer } from './gateway-server.ts';

/** An address and port at which a gateway listens, and the servers that share it. */
export interface GatewayPort {
  /** The name of its listener. */
  readonly name: string;
  /** An IP address, or `unix://` with the path of a socket. */
  readonly address: string;
  readonly number: number;
  /** The servers of the oldest Gateway first. */
  readonly servers: readonly GatewayServer[];
  /** Whether requests may be for hosts that are looked up when they name them. */
  readonly looksUp: boolean;
}

/** What the proxies of a gateway scope serve. */
export interface GatewayLayout {
  readonly ports: readonly GatewayPort[];
  /** The servers of each route configuration. */
  readonly tables: ReadonlyMap<string, readonly GatewayServer[]>;
  /** Whether some server passes mTLS on to whichever service sidecars ask for (AUTO_PASSTHROUGH). */
  readonly passesOn: boolean;
}

type Layouts = Map<string, GatewayLayout>;
const bySnapshot = new WeakMap<Snapshot, Layouts>();
const byGateways = new WeakMap<Snapshot['gateways'], Layouts>();

/** The layout of a scope; the same object as long as no Gateway, no port of a service before it, and nothing else of it changes. */
export function gatewayLayout(snapshot: Snapshot, scope: Scope): GatewayLayout {
  const known = remember(bySnapshot, snapshot, (): Layouts => new Map());
  return remember(known, scope.key, () => {
    const fronts = frontServices(snapshot, scope);
    const looksUp = seesLookedUp(snapshot, scope);
    const alike = remember(byGateways, snapshot.gateways, (): Layouts => new Map());
    return remember(alike, JSON.stringify([scope.key, snapshot.mesh.domainSuffix, fronts, looksUp]), () => layoutOf(snapshot, scope, fronts, looksUp));
  });
}

/** Whether a proxy of a scope serves a Gateway, be there room for its servers or not. */
export function servesGateway(snapshot: Snapshot, scope: Scope, gateway: Gateway): boolean {
  return serves(scope, frontServices(snapshot, scope), gateway);
}

function layoutOf(snapshot: Snapshot, scope: Scope, fronts: readonly FrontService[], looksUp: boolean): GatewayLayout {
  const ports = new Map<string, GatewayPort & { readonly servers: GatewayServer[] }>();
  for (const server of serversOf(snapshot, scope, fronts)) {
    const name = nameOf(server);
    const port = remember(ports, name, () => ({ name, address: server.server.bind || scope.bind || '0.0.0.0', number: server.listenPort, servers: [], looksUp }));
    if (fits(port.servers, server)) port.servers.push(server);
  }
  const tables = new Map<string, GatewayServer[]>();
  for (const server of [...ports.values()].flatMap(({ servers }) => servers)) {
    if (server.table === undefined) continue;
    const table = remember(tables, server.table, (): GatewayServer[] => []);
    // One server may be served on several ports.
    if (!table.some((other) => other.server === server.server)) table.push(server);
  }
  return { ports: [...ports.values()], tables, passesOn: [...ports.values()].some(({ servers }) => servers.some(({ kind }) => kind === 'auto-passthrough')) };
}

function serversOf(snapshot: Snapshot, scope: Scope, fronts: readonly FrontService[]): GatewayServer[] {
  return gatewaysByAge(snapshot)
    .filter((gateway) => serves(scope, fronts, gateway))
    .flatMap((gateway) =>
      gateway.spec.servers
        .filter(({ port, bind = '', tls }) => (port.number !== undefined && port.number > 0) !== isUnixAddress(bind) && hasUsablePins(tls))
        .flatMap((server) => listenPorts(gateway, server.port.number ?? 0, fronts).map((port) => gatewayServer(gateway, server, port, scope.bind ?? '0.0.0.0', snapshot.mesh.domainSuffix))),
    );
}

function nameOf({ bind, listenPort }: GatewayServer): string {
  return isUnixAddress(bind) ? bind : `${bind || '0.0.0.0'}_${listenPort}`;
}

/**
 * Whether a server can be beside others on a port. Plain HTTP servers share their routes; servers that
 * begin with TLS are told apart by the names that clients ask for, so that one that asks for a name
 * which an older one has is not served; others need a port of their own.
 */
function fits(others: readonly GatewayServer[], server: GatewayServer): boolean {
  const [first] = others;
  if (first === undefined) return true;
  if (first.kind === 'http' || server.kind === 'http') return first.kind === server.kind;
  if (first.kind === 'tcp' || server.kind === 'tcp') return false;
  const taken = new Set(others.flatMap(({ hosts }) => hosts.map(({ host }) => host)));
  return !server.hosts.some(({ host }) => taken.has(host));
}
