import type { HTTPRoute, VirtualService } from '@flotilla/resources';
import { fullHost } from '../host-name.ts';
import { gatewayKey } from '../virtual-service-index.ts';
import { mergedMatches } from './merged-match.ts';

/**
 * The rules of a delegate as the root's rule takes them in: those that lie within what it matches, with
 * what it says besides wherever they say nothing of it. Each comes with its place among the rules of the delegate.
 *
 * @param root the rule that delegates
 */
export function delegatedRules(root: HTTPRoute, delegate: VirtualService, domainSuffix: string): { readonly rule: HTTPRoute; readonly at: number }[] {
  const outer = left(root, ['delegate']);
  return (delegate.spec.http ?? []).flatMap((rule, at) => {
    const inner = withFullNames(rule, delegate.metadata.namespace, domainSuffix);
    const match = mergedMatches(outer.match, inner.match);
    if (match === undefined) return [];
    const name = outer.name && inner.name ? `${outer.name}-${inner.name}` : inner.name || outer.name;
    const mirrored = inner.mirror !== undefined || inner.mirrors !== undefined;
    return [{ rule: { ...(mirrored ? left(outer, mirrorFields) : outer), ...inner, match, ...(name ? { name } : {}) }, at }];
  });
}

const mirrorFields = ['mirror', 'mirrors', 'mirrorPercent', 'mirrorPercentage'] as const;

/** What is left of a rule without some of its fields. */
function left(rule: HTTPRoute, fields: readonly (keyof HTTPRoute)[]): HTTPRoute {
  return Object.fromEntries(Object.entries(rule).filter(([field]) => !fields.some((name) => name === field)));
}

/** A delegate may be in another namespace than its root: what it names is meant in its own. */
function withFullNames(rule: HTTPRoute, namespace: string, domainSuffix: string): HTTPRoute {
  const full = <D extends { host: string }>(destination: D): D => ({ ...destination, host: fullHost(destination.host, namespace, domainSuffix) });
  const { route, mirror, mirrors, match } = rule;
  return {
    ...rule,
    ...(route === undefined ? {} : { route: route.map((one) => ({ ...one, destination: full(one.destination) })) }),
    ...(mirror === undefined ? {} : { mirror: full(mirror) }),
    ...(mirrors === undefined ? {} : { mirrors: mirrors.map((one) => ({ ...one, destination: full(one.destination) })) }),
    ...(match === undefined
      ? {}
      : { match: match.map((one) => (one.gateways === undefined ? one : { ...one, gateways: one.gateways.map((gateway) => gatewayKey(gateway, namespace)) })) }),
  };
}
