import { servicesAtAddress, servicesOnOpaquePort, type Snapshot } from '@flotilla/mesh';
import type { L4MatchAttributes, RouteDestination, TLSMatchAttributes, VirtualService } from '@flotilla/resources';
import { applies, rulesOf } from '../gateways/opaque-chains.ts';
import type { GatewayServer } from '../gateways/gateway-server.ts';
import { opaqueRules } from '../listeners/opaque-rules.ts';
import { opaquePort } from '../listeners/outbound-ports.ts';
import type { Scope } from '../scope.ts';
import { Destinations } from './destinations.ts';

/** Connections as a filter chain takes them. */
export interface OpaqueConnections {
  /** Where they go to; at a gateway, the server that takes them. */
  readonly to: { readonly address: string; readonly port: number } | GatewayServer;
  /** The names of which their TLS asks for one; any connection when empty. */
  readonly serverNames: readonly string[];
  readonly clusters: readonly string[];
}

/** The rule that says where connections go. */
export interface OpaqueOrigin {
  readonly virtualService: VirtualService;
  /** `spec.tls[0].match[1]` */
  readonly path: string;
}

type Match = L4MatchAttributes & Partial<TLSMatchAttributes>;

interface Candidate {
  readonly virtualService: VirtualService;
  readonly matches: readonly Match[];
  readonly route: readonly RouteDestination[];
  readonly port: number;
}

/** The rule of a VirtualService that sends some connections to the clusters that they go to; undefined where none does. */
export function opaqueOrigin(snapshot: Snapshot, scope: Scope, { to, serverNames, clusters }: OpaqueConnections): OpaqueOrigin | undefined {
  const destinations = new Destinations(snapshot, scope);
  for (const { virtualService, matches, route, port } of 'server' in to ? serverRules(snapshot, scope, to) : serviceRules(snapshot, scope, to)) {
    const shares = destinations.shares(route, virtualService.metadata.namespace, port).map(({ name }) => name);
    if (shares.join() !== clusters.join()) continue;
    const match = matches.find(({ sniHosts }) => sniHosts === undefined || serverNames.length === 0 || sniHosts.some((name) => serverNames.includes(name.toLowerCase())));
    if (match !== undefined) return { virtualService, path: pathOf(virtualService, route, match) };
  }
  return undefined;
}

function* serviceRules(snapshot: Snapshot, scope: Scope, { address, port: number }: { readonly address: string; readonly port: number }): Generator<Candidate> {
  for (const service of new Set([...servicesAtAddress(snapshot, scope, address), ...servicesOnOpaquePort(snapshot, scope, number)])) {
    const port = opaquePort(service, number);
    if (port !== undefined) for (const rule of opaqueRules(snapshot, scope, service, port)) yield { ...rule, port: number };
  }
}

function* serverRules(snapshot: Snapshot, scope: Scope, server: GatewayServer): Generator<Candidate> {
  for (const virtualService of rulesOf(snapshot, scope, server)) {
    const { tls = [], tcp = [] } = virtualService.spec;
    for (const { match = [], route = [] } of server.kind === 'passthrough' ? tls : [...tcp, ...(server.kind === 'tls' ? tls : [])]) {
      const matches: readonly Match[] = match.length === 0 ? [{}] : match.filter((one) => applies(one, virtualService, scope, server));
      yield { virtualService, matches, route, port: server.number };
    }
  }
}

/** Rules are known by their destinations, which no two have in common. */
function pathOf({ spec }: VirtualService, route: readonly RouteDestination[], match: Match): string {
  const ofTls = (spec.tls ?? []).findIndex((rule) => rule.route === route);
  const at = ofTls === -1 ? (spec.tcp ?? []).findIndex((rule) => rule.route === route) : ofTls;
  const rule = ofTls === -1 ? spec.tcp?.[at] : spec.tls?.[at];
  const matches: readonly Match[] = rule?.match ?? [];
  const matchAt = matches.indexOf(match);
  return `spec.${ofTls === -1 ? 'tcp' : 'tls'}[${at}]${matchAt === -1 ? '' : `.match[${matchAt}]`}`;
}
