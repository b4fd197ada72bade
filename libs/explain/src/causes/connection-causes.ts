import { resourceKey } from '@flotilla/resources';
import { opaqueOrigin, serverOfChain } from '@flotilla/translate';
import type { Cause } from '../explanation.ts';
import { gatewayPortOf, type Question } from './question.ts';

/** The rule of a VirtualService for TCP or TLS by which connections go where they go. */
export function connectionCauses(question: Question): Cause[] {
  const { snapshot, scope, request, landing, way: { chain } } = question;
  if (chain === undefined || landing.routeConfig !== null || request.direction === 'inbound') return [];
  const port = gatewayPortOf(question);
  const to = port === undefined ? request : serverOfChain(snapshot, scope, port, chain);
  if (to === undefined) return [];
  const origin = opaqueOrigin(snapshot, scope, { to, serverNames: chain.filterChainMatch?.serverNames ?? [], clusters: landing.clusters.map(({ name }) => name) });
  return origin === undefined ? [] : [{ of: 'route', resource: resourceKey(origin.virtualService), path: origin.path }];
}
