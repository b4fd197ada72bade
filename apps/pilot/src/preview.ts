import type { Snapshot, SnapshotDelta } from '@flotilla/mesh';
import { differenceInSteps, type EnvoyResource, type ProxyTranslation, retranslateProxy, retranslateScope, scopeOf, type ResourceUpdate, type Scope, type ScopeTranslation, translatesAnew, translateScopeInSteps } from '@flotilla/translate';

/** One of Envoy's resources before and after a change; absent where there was, or will be, none. */
export interface PreviewedResource {
  readonly typeUrl: string;
  readonly name: string;
  readonly before?: Uint8Array;
  readonly after?: Uint8Array;
}

/** What a change does to the proxies of one scope, or to one proxy alone. */
export interface Preview {
  readonly scope: string;
  /** Node ids. */
  readonly proxies: readonly string[];
  readonly resources: readonly PreviewedResource[];
}

/** A connected proxy and what is made for it now. */
export interface Previewed {
  readonly scope: ScopeTranslation;
  readonly own: ProxyTranslation;
}

/** The mesh after a change, and how it differs. */
interface Next {
  readonly snapshot: Snapshot;
  readonly delta: SnapshotDelta;
}

/**
 * What a change would do to connected proxies, by kind of proxy, before anybody makes it; those that it does
 * not touch are left out. Stops in between, so that the caller can let others have their turn.
 *
 * @param proxies all made of the mesh that the change is to be made to
 */
export function* preview(proxies: readonly Previewed[], next: Next): Generator<unknown, Preview[]> {
  const { snapshot, delta } = next;
  const placed = proxies.map(({ scope, own }) => ({ id: own.proxy.id, scope, place: scopeOf(snapshot, own.proxy) }));
  const kinds = Map.groupBy(placed, ({ scope, place }) => `${scope.scope.key} ${place.key}`);
  const previews: Preview[] = [];
  for (const alike of kinds.values()) {
    const [first] = alike;
    if (first === undefined) continue;
    const update = yield* updateOf(first.scope, first.place, next);
    previews.push({ scope: first.scope.scope.key, proxies: alike.map(({ id }) => id), resources: yield* compared(first.scope.resources(), update) });
  }
  for (const { scope, own } of proxies) {
    previews.push({ scope: scope.scope.key, proxies: [own.proxy.id], resources: yield* compared(own.resources, retranslateProxy(own, snapshot, delta)) });
    yield;
  }
  return previews.filter(({ resources }) => resources.length > 0);
}

/** What differs for the proxies of a scope that are in `place` after a change. */
function* updateOf(scope: ScopeTranslation, place: Scope, { snapshot, delta }: Next): Generator<unknown, ResourceUpdate> {
  if (place.key === scope.scope.key && !translatesAnew(scope, snapshot, delta)) return retranslateScope(scope, snapshot, delta);
  const translation = yield* translateScopeInSteps(snapshot, place);
  return yield* differenceInSteps(scope.resources(), translation.resources());
}

function* compared(before: Iterable<EnvoyResource>, { upserts, removals }: ResourceUpdate): Generator<unknown, PreviewedResource[]> {
  if (upserts.length === 0 && removals.length === 0) return [];
  const key = ({ typeUrl, name }: Pick<EnvoyResource, 'typeUrl' | 'name'>): string => `${typeUrl} ${name}`;
  const wanted = new Set([...upserts, ...removals].map(key));
  const old = new Map<string, Uint8Array>();
  for (const resource of before) {
    if (wanted.has(key(resource))) old.set(key(resource), resource.bytes);
    yield;
  }
  const was = (resource: Pick<EnvoyResource, 'typeUrl' | 'name'>): { before?: Uint8Array } => {
    const bytes = old.get(key(resource));
    return bytes === undefined ? {} : { before: bytes };
  };
  return [...upserts.map(({ typeUrl, name, bytes }) => ({ typeUrl, name, ...was({ typeUrl, name }), after: bytes })), ...removals.map(({ typeUrl, name }) => ({ typeUrl, name, ...was({ typeUrl, name }) }))];
}
