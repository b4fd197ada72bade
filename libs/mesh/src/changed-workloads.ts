import { selectorMatches } from '@flotilla/resources';
import type { SnapshotDelta } from './delta.ts';
import { labelKeys, leadingLabel, type Labels } from './labels.ts';
import type { Workload } from './lookup-services.ts';
import type { Snapshot } from './snapshot.ts';
import { remember } from './remember.ts';

/** The workloads behind changed services, before and after. */
interface ChangedWorkloads {
  readonly addresses: ReadonlySet<string>;
  /** All of each service, by the leading label of any of them. */
  readonly selectors: ReadonlyMap<string, readonly Labels[]>;
}

const known = new WeakMap<SnapshotDelta, ChangedWorkloads>();

/**
 * Whether a workload serves, or served, a service that a change names: to be asked for every proxy of a
 * fleet, so that the services are gone through once for them all.
 *
 * @param delta what `advance` said differs between the snapshots
 */
export function servesChanged(workload: Workload, previous: Snapshot, next: Snapshot, delta: SnapshotDelta): boolean {
  if (delta.services.size === 0) return false;
  const { addresses, selectors } = remember(known, delta, () => workloadsOf([previous, next], delta.services));
  if (workload.addresses.some((address) => addresses.has(address))) return true;
  return selectors.size > 0 && labelKeys(workload.namespace, workload.labels).some((label) => selectors.get(label)?.some((selector) => selectorMatches(selector, workload.labels)) === true);
}

function workloadsOf(snapshots: readonly Snapshot[], ids: ReadonlySet<string>): ChangedWorkloads {
  const addresses = new Set<string>();
  const selectors = new Map<string, Labels[]>();
  for (const { services } of snapshots) {
    for (const id of ids) {
      for (const { address } of services.endpoints.get(id) ?? []) addresses.add(address);
      const service = services.services.get(id);
      if (service === undefined) continue;
      const labels = new Set(service.selectors.flatMap((selector) => leadingLabel(service.namespace, selector) ?? []));
      for (const label of labels) selectors.set(label, [...(selectors.get(label) ?? []), ...service.selectors]);
    }
  }
  return { addresses, selectors };
}
