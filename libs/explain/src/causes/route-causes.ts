import { routeOrigins } from '@flotilla/translate';
import type { Cause, NearMiss } from '../explanation.ts';
import type { Question } from './question.ts';
import { RuleIndex, type RuleOfRoute } from './rule-of-route.ts';

/** What a request's virtual host, and the rules in it, come of. */
export interface RouteCauses {
  /** The rule of the route that the request came to. */
  readonly rule: RuleOfRoute | undefined;
  readonly causes: readonly Cause[];
  /** What came close, with the rules that it comes of. */
  readonly nearMisses: readonly NearMiss[];
}

/** Finds the rules of the VirtualServices that the routes of a request are of: the one that took it, and those before. */
export function routeCauses({ snapshot, scope, landing, way: { virtualHost, route } }: Question): RouteCauses {
  const { routeConfig } = landing;
  const index = new RuleIndex(snapshot, routeConfig === null || virtualHost === undefined ? [] : routeOrigins(snapshot, scope, routeConfig, virtualHost.name));
  const rule = route === undefined ? undefined : index.ruleOf(route);
  const passed = (virtualHost?.routes ?? []).values();
  const nearMisses = landing.nearMisses.map((miss): NearMiss => {
    if (miss.at !== 'route') return miss;
    const next = passed.next().value;
    const own = next === undefined ? undefined : index.ruleOf(next);
    return own === undefined ? miss : { ...miss, resource: own.resource, path: own.matchPath };
  });
  return { rule, causes: rule === undefined ? [] : [{ of: 'route', resource: rule.resource, path: rule.matchPath }], nearMisses };
}
