import { meshGateway, ruleFor, virtualServicesFor, type Service, type ServicePort, type Snapshot } from '@flotilla/mesh';
import type { L4MatchAttributes, RouteDestination, TLSMatchAttributes, VirtualService } from '@flotilla/resources';
import { outboundCluster } from '../clusters/names.ts';
import { portPolicy } from '../clusters/policy.ts';
import { Destinations } from '../routing/destinations.ts';
import { matchApplies } from '../routing/http/match-applies.ts';
import type { Scope } from '../scope.ts';
import type { NetworkFilter } from './http-connection-manager.ts';
import { tcpProxy, toCluster, type TcpTarget } from './tcp-proxy.ts';

/** Connections that ask for one of some host names, and what takes them. */
export interface NamedConnections {
  readonly serverNames: readonly string[];
  readonly filter: NetworkFilter;
}

/** Where connections to a TCP port of a service go: as the first rule says that is for these callers, else to the service. */
export function tcpFilter(snapshot: Snapshot, scope: Scope, service: Service, port: ServicePort): NetworkFilter {
  for (const virtualService of virtualServicesFor(snapshot, scope, meshGateway, service.host, port.number)) {
    const rule = virtualService.spec.tcp?.find(({ match }) => match === undefined || match.length === 0 || match.some((one) => applies(one, virtualService, scope, port)));
    if (rule !== undefined) return toDestinations(snapshot, scope, virtualService, rule.route ?? [], port);
  }
  return toService(snapshot, scope, service, port);
}

/** The same for a TLS port, where rules go by the host name that the client asks for. */
export function tlsFilters(snapshot: Snapshot, scope: Scope, service: Service, port: ServicePort): NamedConnections[] {
  const named: NamedConnections[] = [];
  for (const virtualService of virtualServicesFor(snapshot, scope, meshGateway, service.host, port.number)) {
    for (const { match = [], route = [] } of virtualService.spec.tls ?? []) {
      const serverNames = match.filter((one) => applies(one, virtualService, scope, port)).flatMap(({ sniHosts }) => sniHosts);
      if (serverNames.length > 0) named.push({ serverNames, filter: toDestinations(snapshot, scope, virtualService, route, port) });
    }
  }
  return [...named, { serverNames: [service.host], filter: toService(snapshot, scope, service, port) }];
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

function toDestinations(snapshot: Snapshot, scope: Scope, { metadata }: VirtualService, route: readonly RouteDestination[], port: ServicePort): NetworkFilter {
  const destinations = new Destinations(snapshot, scope);
  const live = route.length > 1 ? route.filter(({ weight = 0 }) => weight > 0) : route;
  const clusters = live.map(({ destination, weight }) => ({ name: destinations.cluster(destination, metadata.namespace, port.number), weight: weight ?? 1 }));
  const [only, ...others] = clusters;
  const target: TcpTarget = only !== undefined && others.length === 0 ? toCluster(only.name) : { case: 'weightedClusters', value: { clusters } };
  return tcpProxy(target, only?.name ?? '', scope.mixerCluster, 'outbound');
}

function toService(snapshot: Snapshot, scope: Scope, service: Service, port: ServicePort): NetworkFilter {
  const cluster = outboundCluster(service.host, port.number);
  const policy = portPolicy(ruleFor(snapshot, scope, service), port.number);
  const sticky = policy.loadBalancer?.consistentHash?.useSourceIp === true;
  return tcpProxy(toCluster(cluster), cluster, scope.mixerCluster, 'outbound', sticky ? { hashPolicy: [{ policySpecifier: { case: 'sourceIp', value: {} } }] } : {});
}
