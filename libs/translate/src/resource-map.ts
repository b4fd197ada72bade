import type { EnvoyResource, ResourceName, ResourceUpdate } from './envoy-resource.ts';
import { sameBytes } from './same-bytes.ts';
import { allSteps } from './steps.ts';

/** A name that is unique among the resources of all types. */
export function keyOf({ typeUrl, name }: ResourceName): string {
  return `${typeUrl}/${name}`;
}

/** What must be sent and taken away to get from some resources to others. */
export function difference(before: Iterable<EnvoyResource>, after: Iterable<EnvoyResource>): ResourceUpdate {
  return allSteps(differenceInSteps(before, after));
}

/** The same with a stop after each resource, for a whole scope has tens of thousands. */
export function* differenceInSteps(before: Iterable<EnvoyResource>, after: Iterable<EnvoyResource>): Generator<undefined, ResourceUpdate> {
  const old = new Map<string, EnvoyResource>();
  for (const resource of before) {
    old.set(keyOf(resource), resource);
    yield;
  }
  const upserts: EnvoyResource[] = [];
  for (const resource of after) {
    const key = keyOf(resource);
    const known = old.get(key);
    old.delete(key);
    if (known === undefined || !sameBytes(known.bytes, resource.bytes)) upserts.push(resource);
    yield;
  }
  return { upserts, removals: [...old.values()].map(({ typeUrl, name }) => ({ typeUrl, name })) };
}
