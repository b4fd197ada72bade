import { meshGateway, ruleFor, virtualServicesFor, type Service, type ServicePort, type Snapshot } from '@flotilla/mesh';
import { subnetOf, type L4MatchAttributes, type RouteDestination, type Subnet, type TLSMatchAttributes, type VirtualService } from '@flotilla/resources';
import { outboundCluster } from '../clusters/names.ts';
import { portPolicy } from '../clusters/policy.ts';
import { Destinations } from '../routing/destinations.ts';
import { matchApplies } from '../routing/http/match-applies.ts';
import type { Scope } from '../scope.ts';
import { connectionSettings } from './connection-settings.ts';
import { sniForwardProxy } from './forward-proxy-filters.ts';
import type { NetworkFilter } from './http-connection-manager.ts';
import { takesAll, type OpaqueChain } from './opaque-chains.ts';
import { namesHosts } from './outbound-ports.ts';
import { tcpProxy, toCluster, type TcpTarget } from './tcp-proxy.ts';

/**
 * Where connections to a TCP port of a service go: as the first rule says that is for these callers, else
 * to the service.
 *
 * @param blocks the addresses of the service that connections have to be for; all when empty
 */
export function tcpChains(snapshot: Snapshot, scope: Scope, service: Service, port: ServicePort, blocks: readonly Subnet[]): OpaqueChain[] {
  const chains: OpaqueChain[] = [];
  for (const virtualService of virtualServicesFor(snapshot, scope, meshGateway, service.host, port.number)) {
    for (const { match = [], route = [] } of virtualService.spec.tcp ?? []) {
      const matches = match.length === 0 ? [{}] : match.filter((one) => applies(one, virtualService, scope, port));
      if (matches.length === 0) continue;
      const filters = [toDestinations(snapshot, scope, virtualService, route, port)];
      const made = matches.flatMap((one) => limits(one, blocks).map((limit): OpaqueChain => ({ serverNames: [], ...limit, filters })));
      chains.push(...made);
      if (made.some(takesAll)) return chains;
    }
  }
  const filters = toService(snapshot, scope, service, port);
  return [...chains, ...limits({}, blocks).map((limit): OpaqueChain => ({ serverNames: [], ...limit, filters }))];
}

/**
 * The same for a TLS port, where rules go by the host name that the client asks for. Where there are rules, a
 * name that none of them has is not the service's.
 *
 * @param alone whether all connections are for the service, whatever they ask for
 */
export function tlsChains(snapshot: Snapshot, scope: Scope, service: Service, port: ServicePort, blocks: readonly Subnet[], alone: boolean): OpaqueChain[] {
  const chains: OpaqueChain[] = [];
  for (const virtualService of virtualServicesFor(snapshot, scope, meshGateway, service.host, port.number)) {
    for (const { match = [], route = [] } of virtualService.spec.tls ?? []) {
      const matches = match.filter((one) => applies(one, virtualService, scope, port));
      if (matches.length === 0) continue;
      const filters = [toDestinations(snapshot, scope, virtualService, route, port)];
      chains.push(...matches.flatMap((one) => limits(one, blocks).map((limit): OpaqueChain => ({ serverNames: one.sniHosts, ...limit, filters }))));
    }
  }
  if (chains.length > 0) return chains;
  const filters = toService(snapshot, scope, service, port);
  return limits({}, blocks).map((limit): OpaqueChain => ({ serverNames: alone ? [] : [service.host], ...limit, filters }));
}

/** The addresses that a match is for, one pair each. */
function limits({ destinationSubnets = [], sourceSubnet }: Pick<L4MatchAttributes, 'destinationSubnets' | 'sourceSubnet'>, blocks: readonly Subnet[]): Pick<OpaqueChain, 'destination' | 'source'>[] {
  const source = sourceSubnet === undefined ? undefined : subnetOf(sourceSubnet);
  const destinations = destinationSubnets.length > 0 ? destinationSubnets.flatMap((subnet) => subnetOf(subnet) ?? []) : blocks;
  const limited = destinations.length === 0 ? [{}] : destinations.map((destination) => ({ destination }));
  return limited.map((limit) => (source === undefined ? limit : { ...limit, source }));
}

function applies(match: L4MatchAttributes | TLSMatchAttributes, { metadata }: VirtualService, scope: Scope, port: ServicePort): boolean {
  return matchApplies(match, {
    namespace: metadata.namespace,
    gateways: new Set([meshGateway]),
    port: port.number,
    sourceLabels: scope.labels,
    sourceNamespace: scope.namespace,
  });
}

/** The filter for the destinations of a TCP or TLS rule, shared among them by their weights. */
export function toDestinations(snapshot: Snapshot, scope: Scope, { metadata }: VirtualService, route: readonly RouteDestination[], port: Pick<ServicePort, 'number'>): NetworkFilter {
  const destinations = new Destinations(snapshot, scope);
  const live = route.length > 1 ? route.filter(({ weight = 0 }) => weight > 0) : route;
  const clusters = live.map(({ destination, weight }) => ({ name: destinations.cluster(destination, metadata.namespace, port.number), weight: weight ?? 1 }));
  const [only, ...others] = clusters;
  const target: TcpTarget = only !== undefined && others.length === 0 ? toCluster(only.name) : { case: 'weightedClusters', value: { clusters } };
  // A connection is set up before its destination is drawn by lot, so one destination's settings hold for all: the first's that has any.
  const settings = live.map(({ destination }) => connectionSettings(destinations.policy(destination, metadata.namespace, port.number)));
  return tcpProxy(target, only?.name ?? '', { mixerCluster: scope.mixerCluster, mesh: snapshot.mesh }, 'outbound', settings.reduceRight((all, one) => ({ ...all, ...one }), {}));
}

function toService(snapshot: Snapshot, scope: Scope, service: Service, port: ServicePort): NetworkFilter[] {
  const cluster = outboundCluster(service.host, port.number);
  const policy = portPolicy(ruleFor(snapshot, scope, service), port.number);
  const proxy = tcpProxy(toCluster(cluster), cluster, { mixerCluster: scope.mixerCluster, mesh: snapshot.mesh }, 'outbound', connectionSettings(policy));
  return namesHosts(service) && port.protocol === 'TLS' ? [sniForwardProxy(port.number), proxy] : [proxy];
}
