import { meshGateway, virtualServicesFor, type Service, type ServicePort, type Snapshot } from '@flotilla/mesh';
import type { L4MatchAttributes, RouteDestination, TLSMatchAttributes, VirtualService } from '@flotilla/resources';
import { matchApplies } from '../routing/http/match-applies.ts';
import type { Scope } from '../scope.ts';

/** A rule for connections to a port of a service, with those of its conditions that are for a scope; at least one. */
export interface OpaqueRule {
  readonly virtualService: VirtualService;
  readonly matches: readonly (L4MatchAttributes & Partial<TLSMatchAttributes>)[];
  readonly route: readonly RouteDestination[];
}

/** The rules for connections to a port that is not HTTP, in their order: those of TLS where it says so, else those of TCP. */
export function* opaqueRules(snapshot: Snapshot, scope: Scope, service: Service, port: ServicePort): Generator<OpaqueRule> {
  for (const virtualService of virtualServicesFor(snapshot, scope, meshGateway, service.host, port.number)) {
    const { namespace } = virtualService.metadata;
    const { tls = [], tcp = [] } = virtualService.spec;
    for (const { match = [], route = [] } of port.protocol === 'TLS' ? tls : tcp) {
      const context = { namespace, gateways: sidecarGateways, port: port.number, sourceLabels: scope.labels, sourceNamespace: scope.namespace };
      const matches = match.length === 0 ? [{}] : match.filter((one) => matchApplies(one, context));
      if (matches.length > 0) yield { virtualService, matches, route };
    }
  }
}

const sidecarGateways: ReadonlySet<string> = new Set([meshGateway]);
