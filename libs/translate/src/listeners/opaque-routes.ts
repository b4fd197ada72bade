import { ruleFor, type Service, type ServicePort, type Snapshot } from '@flotilla/mesh';
import { subnetOf, type L4MatchAttributes, type RouteDestination, type Subnet, type VirtualService } from '@flotilla/resources';
import { outboundCluster } from '../clusters/names.ts';
import { portPolicy } from '../clusters/policy.ts';
import { Destinations } from '../routing/destinations.ts';
import { liveDestinations } from '../routing/http/destinations.ts';
import type { Scope } from '../scope.ts';
import { connectionSettings } from './connection-settings.ts';
import { sniForwardProxy } from './forward-proxy-filters.ts';
import type { NetworkFilter } from './http-connection-manager.ts';
import { takesAll, type OpaqueChain } from './opaque-chains.ts';
import { opaqueRules } from './opaque-rules.ts';
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
  for (const { virtualService, matches, route } of opaqueRules(snapshot, scope, service, port)) {
    const filters = toDestinations(snapshot, scope, virtualService, route, port);
    const made = matches.flatMap((one) => limits(one, blocks).map((limit): OpaqueChain => ({ serverNames: [], ...limit, filters })));
    chains.push(...made);
    if (made.some(takesAll)) return chains;
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
  const chains = [...opaqueRules(snapshot, scope, service, port)].flatMap(({ virtualService, matches, route }) => {
    const filters = toDestinations(snapshot, scope, virtualService, route, port);
    return matches.flatMap((one) => limits(one, blocks).map((limit): OpaqueChain => ({ serverNames: one.sniHosts ?? [], ...limit, filters })));
  });
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

/** The filters for the destinations of a TCP or TLS rule, shared among them by their weights. One that is alone may be looked up by the name asked for. */
export function toDestinations(snapshot: Snapshot, scope: Scope, { metadata }: VirtualService, route: readonly RouteDestination[], port: Pick<ServicePort, 'number'>): NetworkFilter[] {
  const destinations = new Destinations(snapshot, scope);
  const clusters = destinations.shares(route, metadata.namespace, port.number);
  const [only, ...others] = clusters;
  const target: TcpTarget = only !== undefined && others.length === 0 ? toCluster(only.name) : { case: 'weightedClusters', value: { clusters } };
  // A connection is set up before its destination is drawn by lot, so one destination's settings hold for all: the first's that has any.
  const settings = liveDestinations(route).map(({ destination }) => connectionSettings(destinations.policy(destination, metadata.namespace, port.number)));
  const [alone, ...more] = liveDestinations(route);
  const lookedUp = alone === undefined || more.length > 0 ? undefined : destinations.lookedUpPort(alone.destination, metadata.namespace, port.number);
  const proxy = tcpProxy(target, only?.name ?? '', { mixerCluster: scope.mixerCluster, mesh: snapshot.mesh }, 'outbound', settings.reduceRight((all, one) => ({ ...all, ...one }), {}));
  return lookedUp === undefined ? [proxy] : [sniForwardProxy(lookedUp), proxy];
}

function toService(snapshot: Snapshot, scope: Scope, service: Service, port: ServicePort): NetworkFilter[] {
  const cluster = outboundCluster(service.host, port.number);
  const policy = portPolicy(snapshot.mesh, ruleFor(snapshot, scope, service), port.number);
  const proxy = tcpProxy(toCluster(cluster), cluster, { mixerCluster: scope.mixerCluster, mesh: snapshot.mesh }, 'outbound', connectionSettings(policy));
  return namesHosts(service) && port.protocol === 'TLS' ? [sniForwardProxy(port.number), proxy] : [proxy];
}
