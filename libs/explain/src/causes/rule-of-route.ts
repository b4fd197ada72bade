import { create, toBinary } from '@bufbuild/protobuf';
import { RouteMatchSchema, type Route, type RouteMatch } from '@flotilla/envoy-api/envoy/config/route/v3/route_components_pb.js';
import { remember, ruleSources, type Snapshot, type WrittenRule } from '@flotilla/mesh';
import { resourceKey, type HTTPRoute, type VirtualService } from '@flotilla/resources';
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
 * Finds the rules that the routes of one virtual host were made of. A route is known by its name and match: of two that have
 * both alike the first takes every request.
 */
export class RuleIndex {
  readonly #snapshot: Snapshot;
  readonly #origins = new Map<string, RouteOrigin>();
  readonly #written = new Map<VirtualService, ReadonlyMap<HTTPRoute, WrittenRule>>();

  constructor(snapshot: Snapshot, origins: readonly RouteOrigin[]) {
    this.#snapshot = snapshot;
    for (const origin of origins) {
      const { name = '', match } = origin.route;
      remember(this.#origins, keyOf(name, create(RouteMatchSchema, match)), () => origin);
    }
  }

  /** @returns undefined for a route that none of the rules asks for */
  ruleOf({ name, match }: Route): RuleOfRoute | undefined {
    const origin = match === undefined ? undefined : this.#origins.get(keyOf(name, match));
    if (origin === undefined) return undefined;
    const { virtualService, rule } = origin;
    const written = remember(this.#written, virtualService, () => this.#writtenRules(virtualService)).get(rule);
    return written === undefined ? undefined : ruleOfRoute(origin, written);
  }

  #writtenRules(virtualService: VirtualService): ReadonlyMap<HTTPRoute, WrittenRule> {
    const sources = ruleSources(this.#snapshot, virtualService);
    return new Map((virtualService.spec.http ?? []).flatMap((rule, at) => (sources[at] === undefined ? [] : [[rule, sources[at]] as const])));
  }
}

function keyOf(name: string, match: RouteMatch): string {
  return `${name} ${Buffer.from(toBinary(RouteMatchSchema, match)).toString('latin1')}`;
}

function ruleOfRoute(origin: RouteOrigin, { source, at, via }: WrittenRule): RuleOfRoute {
  const { virtualService, rule } = origin;
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
