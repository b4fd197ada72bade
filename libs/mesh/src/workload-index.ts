import { isHealthy, selectorMatches, type WorkloadEntry } from '@flotilla/resources';
import { isDeepStrictEqual } from 'node:util';
import { compareText } from './age.ts';
import { endpointOf, type Endpoint, type EndpointTerms } from './endpoint.ts';
import { updateKeySets, type KeySets } from './key-sets.ts';
import { labelKeys, leadingLabel, type Labels } from './labels.ts';
import { PersistentMap } from './persistent-map.ts';
import type { Change } from './resource-change.ts';

/** Workloads as endpoints, found by their labels. */
export interface WorkloadIndex {
  readonly endpoints: PersistentMap<string, Endpoint>;
  /** Keys of WorkloadEntries by each of their labels. */
  readonly byLabel: KeySets;
}

export const noWorkloads: WorkloadIndex = { endpoints: PersistentMap.empty(), byLabel: PersistentMap.empty() };

/** An endpoint that came or went. */
export interface EndpointChange {
  readonly before: Endpoint | undefined;
  readonly after: Endpoint | undefined;
}

/** Brings the index up to date and says which endpoints came and went. */
export function advanceWorkloads(index: WorkloadIndex, changes: readonly Change<WorkloadEntry>[], terms: EndpointTerms): { index: WorkloadIndex; changed: EndpointChange[] } {
  if (changes.length === 0) return { index, changed: [] };
  const endpoints = new Map<string, Endpoint | undefined>();
  const removed: [string, string][] = [];
  const added: [string, string][] = [];
  const changed: EndpointChange[] = [];
  for (const { key, after: entry } of changes) {
    const before = index.endpoints.get(key);
    const after = entry === undefined ? undefined : endpointOf(entry.spec, entry.metadata.namespace, terms, { labels: entry.metadata.labels, healthy: isHealthy(entry) });
    if (isDeepStrictEqual(before, after)) continue;
    if (before !== undefined) for (const label of labelKeys(before.namespace, before.labels)) removed.push([label, key]);
    if (after !== undefined) for (const label of labelKeys(after.namespace, after.labels)) added.push([label, key]);
    endpoints.set(key, after);
    changed.push({ before, after });
  }
  return { index: { endpoints: index.endpoints.with(endpoints), byLabel: updateKeySets(index.byLabel, removed, added) }, changed };
}

/** The workloads of a namespace that carry all labels of a selector, by key. An empty selector selects none. */
export function selectWorkloads(index: WorkloadIndex, namespace: string, selector: Labels): Endpoint[] {
  return [...selectedWorkloads(index, namespace, selector)].map(([, endpoint]) => endpoint);
}

/** The same with the keys of their WorkloadEntries. */
export function* selectedWorkloads(index: WorkloadIndex, namespace: string, selector: Labels): Generator<readonly [key: string, endpoint: Endpoint]> {
  const leading = leadingLabel(namespace, selector);
  const candidates = leading === undefined ? undefined : index.byLabel.get(leading);
  for (const key of [...(candidates?.keys() ?? [])].sort(compareText)) {
    const endpoint = index.endpoints.get(key);
    if (endpoint !== undefined && selectorMatches(selector, endpoint.labels)) yield [key, endpoint];
  }
}
