import { create, equals } from '@bufbuild/protobuf';
import { RouteMatchSchema, type Route } from '@flotilla/envoy-api/envoy/config/route/v3/route_components_pb.js';
import { ruleSources, type Snapshot } from '@flotilla/mesh';
import { resourceKey, type HTTPRoute } from '@flotilla/resources';
import type { RouteOrigin } from '@flotilla/translate';

/** The rule of a VirtualService that a route is of, where it is written. */
export interface RuleOfRoute {
  /** `VirtualService/<namespace>/<name>`: the one delegated to, where there is one. */
  readonly resource: string;
  /** `spec.http[1]` */
  readonly path: string;
  /** The same with the match, `spec.http[1].match[0]`, where the rule has some of its own. */
  readonly matchPath: string;
  /** Where a field that holds for the route is written: there, or where it is delegated from; undefined where nobody says it. */
  readonly field: (name: keyof HTTPRoute) => WrittenField | undefined;
  readonly origin: RouteOrigin;
}

/** A field of a rule, and what is in it. */
export interface WrittenField {
  readonly resource: string;
  /** `spec.http[1].timeout` */
  readonly path: string;
  /** Of which the field is one. */
  readonly rule: HTTPRoute;
}

/**
 * The rule that a route was made of. A route is known by its name and match: of two that have both alike in one virtual
 * host the first takes every request.
 *
 * @param origins those of the route's virtual host
 * @returns undefined for a route that none of the rules asks for
 */
export function ruleOfRoute(snapshot: Snapshot, origins: readonly RouteOrigin[], { name, match }: Route): RuleOfRoute | undefined {
  const origin = origins.find(({ route }) => (route.name ?? '') === name && match !== undefined && equals(RouteMatchSchema, create(RouteMatchSchema, route.match), match));
  if (origin === undefined) return undefined;
  const { virtualService, rule } = origin;
  const written = ruleSources(snapshot, virtualService)[(virtualService.spec.http ?? []).indexOf(rule)];
  if (written === undefined) return undefined;
  const { source, at, via } = written;
  const path = `spec.http[${at}]`;
  const own = source.spec.http?.[at] ?? rule;
  // The matches of a delegate are merged with those of whoever delegates.
  const matchAt = origin.match === undefined ? -1 : (own.match ?? []).indexOf(origin.match);
  return {
    resource: resourceKey(source),
    path,
    matchPath: matchAt === -1 ? path : `${path}.match[${matchAt}]`,
    field(name) {
      if (own[name] !== undefined) return { resource: resourceKey(source), path: `${path}.${name}`, rule: own };
      return via === undefined || rule[name] === undefined ? undefined : { resource: resourceKey(virtualService), path: `spec.http[${via}].${name}`, rule };
    },
    origin,
  };
}
