import { isDeepStrictEqual } from 'node:util';
import { resourceKey, type MeshResource } from '@flotilla/resources';
import type { NameAddresses } from './network-gateways.ts';
import type { PersistentMap } from './persistent-map.ts';

/** What a writer did since the last snapshot; a key in both is an upsert. */
export interface ConfigChange {
  readonly upserts: readonly MeshResource[];
  /** Keys as `resourceKey` makes them. */
  readonly removals: readonly string[];
  /** All that is known of the addresses of names; without it that stays as it was. */
  readonly names?: NameAddresses;
}

/** One resource that really differs: without `before` it is new, without `after` it is gone. */
export interface Change<R extends MeshResource = MeshResource> {
  readonly key: string;
  readonly before: R | undefined;
  readonly after: R | undefined;
}

/** The changes that make a difference: writes of what was there already and removals of what was not are none. */
export function effectiveChanges(resources: PersistentMap<string, MeshResource>, change: ConfigChange): Change[] {
  const wanted = new Map<string, MeshResource | undefined>();
  for (const key of change.removals) wanted.set(key, undefined);
  for (const resource of change.upserts) wanted.set(resourceKey(resource), resource);
  const changes: Change[] = [];
  for (const [key, after] of wanted) {
    const before = resources.get(key);
    if (before === undefined ? after !== undefined : after === undefined || !sameMeaning(before, after)) changes.push({ key, before, after });
  }
  return changes;
}

/** The changes of one kind. */
export function changesOf<K extends MeshResource['kind']>(changes: readonly Change[], kind: K): Change<Extract<MeshResource, { kind: K }>>[] {
  type R = Extract<MeshResource, { kind: K }>;
  return changes.filter((change): change is Change<R> => (change.after ?? change.before)?.kind === kind);
}

function sameMeaning(a: MeshResource, b: MeshResource): boolean {
  return (
    a.metadata.creationTimestamp === b.metadata.creationTimestamp &&
    isDeepStrictEqual(a.spec, b.spec) &&
    isDeepStrictEqual(a.metadata.labels, b.metadata.labels) &&
    isDeepStrictEqual(a.metadata.annotations, b.metadata.annotations)
  );
}
