import { isHttp, type Service, type ServicePort, type Snapshot } from '@flotilla/mesh';
import { outboundCluster } from '../clusters/names.ts';
import { opaqueRules } from '../listeners/opaque-rules.ts';
import type { Scope } from '../scope.ts';
import { Destinations } from './destinations.ts';
import type { RouteActionFields, RouteFields } from './http/route-fields.ts';
import { timeouts } from './http/timeouts.ts';

/** A cluster, and its share of the connections. */
export interface TunnelEnd {
  readonly name: string;
  readonly weight: number;
}

/**
 * Where a CONNECT request for a port of a service leads: to where connections to it go by the first rule that
 * is for all of them. Nowhere for a port of which requests are routed one by one, for in a tunnel nobody sees them.
 */
export function tunnelEnds(snapshot: Snapshot, scope: Scope, service: Service, port: ServicePort): TunnelEnd[] {
  if (isHttp(port.protocol)) return [];
  for (const { virtualService, matches, route } of opaqueRules(snapshot, scope, service, port)) {
    if (matches.some(({ destinationSubnets = [], sourceSubnet }) => destinationSubnets.length === 0 && sourceSubnet === undefined)) {
      return new Destinations(snapshot, scope).shares(route, virtualService.metadata.namespace, port.number);
    }
  }
  return [{ name: outboundCluster(service.host, port.number), weight: 1 }];
}

/** The route of CONNECT requests, which no other route takes: what follows one is passed on as it is. None where they lead nowhere. */
export function tunnelRoutes(ends: readonly TunnelEnd[]): RouteFields[] {
  const [only, ...others] = ends;
  if (only === undefined) return [];
  const clusterSpecifier: RouteActionFields['clusterSpecifier'] = others.length === 0 ? { case: 'cluster', value: only.name } : { case: 'weightedClusters', value: { clusters: [...ends] } };
  return [
    {
      name: 'tunnel',
      match: { pathSpecifier: { case: 'connectMatcher', value: {} } },
      action: { case: 'route', value: { clusterSpecifier, ...timeouts(), upgradeConfigs: [{ upgradeType: 'CONNECT', connectConfig: {} }] } },
    },
  ];
}
