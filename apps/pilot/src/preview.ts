import type { Snapshot, SnapshotDelta } from '@flotilla/mesh';
import { difference, type EnvoyResource, type ProxyTranslation, retranslateProxy, retranslateScope, scopeOf, type ResourceUpdate, type ScopeTranslation, translateScope } from '@flotilla/translate';

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

/**
 * What a change would do to connected proxies, by kind of proxy, before anybody makes it; those that it does
 * not touch are left out.
 *
 * @param next the mesh after the change, and how it differs
 */
export function preview(proxies: readonly Previewed[], { snapshot, delta }: { readonly snapshot: Snapshot; readonly delta: SnapshotDelta }): Preview[] {
  const placed = proxies.map(({ scope, own }) => ({ id: own.proxy.id, scope, next: scopeOf(snapshot, own.proxy) }));
  const kinds = Map.groupBy(placed, ({ scope, next }) => `${scope.scope.key} ${next.key}`);
  const shared = [...kinds.values()].flatMap((alike) =>
    alike.slice(0, 1).map(({ scope, next }) => {
      const update = next.key === scope.scope.key ? retranslateScope(scope, snapshot, delta) : difference(scope.resources(), translateScope(snapshot, next).resources());
      return { scope: scope.scope.key, proxies: alike.map(({ id }) => id), resources: compared(scope.resources(), update) };
    }),
  );
  const alone = proxies.map(({ scope, own }) => ({ scope: scope.scope.key, proxies: [own.proxy.id], resources: compared(own.resources, retranslateProxy(own, snapshot, delta)) }));
  return [...shared, ...alone].filter(({ resources }) => resources.length > 0);
}

function compared(before: Iterable<EnvoyResource>, { upserts, removals }: ResourceUpdate): PreviewedResource[] {
  if (upserts.length === 0 && removals.length === 0) return [];
  const key = ({ typeUrl, name }: Pick<EnvoyResource, 'typeUrl' | 'name'>): string => `${typeUrl} ${name}`;
  const old = new Map([...before].map((resource) => [key(resource), resource.bytes]));
  const was = (resource: Pick<EnvoyResource, 'typeUrl' | 'name'>): { before?: Uint8Array } => {
    const bytes = old.get(key(resource));
    return bytes === undefined ? {} : { before: bytes };
  };
  return [...upserts.map(({ typeUrl, name, bytes }) => ({ typeUrl, name, ...was({ typeUrl, name }), after: bytes })), ...removals.map(({ typeUrl, name }) => ({ typeUrl, name, ...was({ typeUrl, name }) }))];
}
