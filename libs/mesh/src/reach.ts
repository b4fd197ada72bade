import { destinationsFor } from './lookup-destinations.ts';
import { serviceHosts, virtualServiceHostNames } from './seen-hosts.ts';
import type { Snapshot } from './snapshot.ts';
import { viewersWithin, type Viewer } from './viewer.ts';

/** Every host that makes a difference to a viewer, some perhaps more than once. */
export function* hostsInReach(snapshot: Snapshot, viewer: Viewer): Generator<string> {
  for (const one of viewersWithin(viewer)) {
    yield* serviceHosts(snapshot, one);
    yield* virtualServiceHostNames(snapshot, one);
  }
  for (const { host } of destinationsFor(snapshot, viewer)) yield host;
}
