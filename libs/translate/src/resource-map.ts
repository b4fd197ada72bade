import type { EnvoyResource, ResourceName, ResourceUpdate } from './envoy-resource.ts';
import { sameBytes } from './same-bytes.ts';

/** A name that is unique among the resources of all types. */
export function keyOf({ typeUrl, name }: ResourceName): string {
  return `${typeUrl}/${name}`;
}

/** What must be sent and taken away to get from some resources to others. */
export function difference(before: Iterable<EnvoyResource>, after: Iterable<EnvoyResource>): ResourceUpdate {
  const old = new Map([...before].map((resource) => [keyOf(resource), resource]));
  const upserts: EnvoyResource[] = [];
  for (const resource of after) {
    const key = keyOf(resource);
    const known = old.get(key);
    old.delete(key);
    if (known === undefined || !sameBytes(known.bytes, resource.bytes)) upserts.push(resource);
  }
  return { upserts, removals: [...old.values()].map(({ typeUrl, name }) => ({ typeUrl, name })) };
}
