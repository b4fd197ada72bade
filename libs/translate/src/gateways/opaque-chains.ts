import type { FilterChainSchema } from '@flotilla/envoy-api/envoy/config/listener/v3/listener_components_pb.js';
import { virtualServiceHosts, virtualServicesOfGateway, type Snapshot } from '@flotilla/mesh';
import { subnetOf, type L4MatchAttributes, type RouteDestination, type TLSMatchAttributes, type VirtualService } from '@flotilla/resources';
import { addressRange } from '../listeners/opaque-chains.ts';
import { toDestinations } from '../listeners/opaque-routes.ts';
import type { Fields } from '../message-fields.ts';
import { matchApplies } from '../routing/http/match-applies.ts';
import type { Scope } from '../scope.ts';
import type { TransportSocket } from '../security/transport-socket.ts';
import { commonHost, hostsFor, type GatewayServer } from './gateway-server.ts';

export type FilterChain = Fields<typeof FilterChainSchema>;

/** The VirtualServices with a host in common with a server, the oldest first. */
export function rulesOf(snapshot: Snapshot, scope: Scope, server: GatewayServer): VirtualService[] {
  return virtualServicesOfGateway(snapshot, scope, server.gateway).filter((virtualService) => {
    const spoken = virtualServiceHosts(virtualService, snapshot.mesh.domainSuffix);
    return hostsFor(server, virtualService).some(({ host }) => spoken.some((own) => commonHost(host, own) !== undefined));
  });
}

/**
 * What takes the connections to a server that routes them by TCP rules: the first rule for its port; a
 * rule that is for some destination addresses leaves the others to the next. Nothing takes them where
 * there is no rule.
 *
 * @param tls what takes TLS from the connections, and the names that they may ask for
 */
export function tcpChains(snapshot: Snapshot, scope: Scope, server: GatewayServer, tls: TakenTls | undefined): FilterChain[] {
  const chains: FilterChain[] = [];
  for (const virtualService of rulesOf(snapshot, scope, server)) {
    for (const { match = [], route = [] } of virtualService.spec.tcp ?? []) {
      for (const one of match.length === 0 ? [{}] : match.filter((own) => applies(own, virtualService, scope, server))) {
        const { destinationSubnets = [], sourceSubnet } = one;
        chains.push(chain(tls?.serverNames ?? [], one, tls?.transportSocket, toRoute(snapshot, scope, virtualService, route, server)));
        if (destinationSubnets.length === 0 && sourceSubnet === undefined) return chains;
      }
    }
  }
  return chains;
}

export interface TakenTls {
  readonly serverNames: readonly string[];
  readonly transportSocket: TransportSocket;
}

/**
 * What takes the connections to a server that routes them by TLS rules: a chain for the names of each
 * rule that are the server's too.
 *
 * @param transportSocket what takes TLS from them; they are passed on as they are where it is undefined
 */
export function tlsChains(snapshot: Snapshot, scope: Scope, server: GatewayServer, transportSocket: TransportSocket | undefined): FilterChain[] {
  return rulesOf(snapshot, scope, server).flatMap((virtualService) =>
    (virtualService.spec.tls ?? []).flatMap(({ match, route = [] }) =>
      match.filter((one) => applies(one, virtualService, scope, server)).flatMap((one) => {
        const own = hostsFor(server, virtualService);
        const names = one.sniHosts.flatMap((name) => own.flatMap(({ host }) => commonHost(name.toLowerCase(), host) ?? []));
        return names.length === 0 ? [] : [chain(names, one, transportSocket, toRoute(snapshot, scope, virtualService, route, server))];
      }),
    ),
  );
}

type Limits = Pick<L4MatchAttributes, 'destinationSubnets' | 'sourceSubnet'>;

function chain(names: readonly string[], { destinationSubnets, sourceSubnet }: Limits, transportSocket: TransportSocket | undefined, filters: ReturnType<typeof toRoute>): FilterChain {
  return {
    filterChainMatch: {
      serverNames: serverNames(names),
      prefixRanges: ranges(destinationSubnets ?? []),
      sourcePrefixRanges: ranges(sourceSubnet === undefined ? [] : [sourceSubnet]),
    },
    ...(transportSocket === undefined ? {} : { transportSocket }),
    filters,
  };
}

function ranges(subnets: readonly string[]) {
  return subnets.flatMap((text) => subnetOf(text) ?? []).map(addressRange);
}

/** Names as a filter chain is matched by them; none for any name. */
export function serverNames(hosts: readonly string[]): string[] {
  return hosts.includes('*') ? [] : [...new Set(hosts)];
}

/** Whether a condition of a rule is for connections to a server. */
export function applies(match: L4MatchAttributes | TLSMatchAttributes, { metadata }: VirtualService, scope: Scope, { gateway, number }: GatewayServer): boolean {
  return matchApplies(match, { namespace: metadata.namespace, gateways: new Set([gateway]), port: number, sourceLabels: scope.labels, sourceNamespace: scope.namespace });
}

function toRoute(snapshot: Snapshot, scope: Scope, virtualService: VirtualService, route: readonly RouteDestination[], { number }: GatewayServer) {
  return toDestinations(snapshot, scope, virtualService, route, { number });
}
