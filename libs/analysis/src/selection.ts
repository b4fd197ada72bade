import { selectorMatches } from '@flotilla/resources';
import type { View } from './view.ts';
import { selectedWorkloads } from './workload.ts';

/** Something that is for workloads with certain labels; without any, for all of its namespace. */
export interface Selecting {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Things of one kind, by how much they select. */
export interface Selections {
  /** Those without labels, by namespace. */
  readonly forAll: ReadonlyMap<string, readonly Selecting[]>;
  /** Those with labels, by namespace. */
  readonly forSome: ReadonlyMap<string, readonly Selecting[]>;
}

/** Indexes things of one kind. */
export function selectionsOf(all: readonly Selecting[]): Selections {
  const byNamespace = (wanted: boolean) => Map.groupBy(all.filter((one) => isForAll(one) === wanted), ({ namespace }) => namespace);
  return { forAll: byNamespace(true), forSome: byNamespace(false) };
}

/** Whether it selects nobody, and so is for everybody. */
export function isForAll({ labels }: Selecting): boolean {
  return Object.keys(labels).length === 0;
}

/** The names of all that are for every workload of the same namespace; none where it is the only one, or for some only. */
export function rivalsForAll(one: Selecting, { forAll }: Selections): string[] {
  const rivals = isForAll(one) ? (forAll.get(one.namespace) ?? []) : [];
  return rivals.length < 2 ? [] : namesOf(rivals);
}

/** A workload that several select, and their names. */
interface Contested {
  readonly workload: string;
  readonly names: readonly string[];
}

/**
 * What comes of the labels of one of several things of a kind: `undefined` where no workload has them, else
 * one contested workload for each different set of rivals.
 */
export function contested(view: View, { namespace, labels }: Selecting, { forSome }: Selections): Contested[] | undefined {
  const workloads = selectedWorkloads(view, labels, namespace);
  if (workloads.length === 0) return undefined;
  const found = new Map<string, Contested>();
  for (const workload of workloads) {
    const names = namesOf((forSome.get(namespace) ?? []).filter((rival) => selectorMatches(rival.labels, workload.labels)));
    if (names.length > 1 && !found.has(names.join())) found.set(names.join(), { workload: workload.name, names });
  }
  return [...found.values()];
}

function namesOf(all: readonly Selecting[]): string[] {
  return all.map(({ name }) => name).sort();
}
