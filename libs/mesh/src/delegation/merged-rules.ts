import type { HTTPRoute, VirtualService } from '@flotilla/resources';
import { fullHost } from '../host-name.ts';
import { gatewayKey } from '../virtual-service-index.ts';
import { mergedMatches } from './merged-match.ts';

/**
 * The rules of a delegate as the root's rule takes them in: those that lie within what it matches, with
 * what it says besides wherever they say nothing of it.
 *
 * @param root the rule that delegates
 */
export function delegatedRules(root: HTTPRoute, delegate: VirtualService, domainSuffix: string): HTTPRoute[] {
  const { delegate: _, ...outer } = root;
  return (delegate.spec.http ?? []).flatMap((rule) => {
    const inner = withFullNames(rule, delegate.metadata.namespace, domainSuffix);
    const match = mergedMatches(outer.match, inner.match);
    if (match === undefined) return [];
    const name = outer.name && inner.name ? `${outer.name}-${inner.name}` : inner.name || outer.name;
    const mirrored = inner.mirror !== undefined || inner.mirrors !== undefined;
    return [{ ...(mirrored ? withoutMirrors(outer) : outer), ...inner, match, ...(name ? { name } : {}) }];
  });
}

function withoutMirrors({ mirror: _mirror, mirrors: _mirrors, mirrorPercent: _percent, mirrorPercentage: _percentage, ...rule }: HTTPRoute): HTTPRoute {
  return rule;
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
