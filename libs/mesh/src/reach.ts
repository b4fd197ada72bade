import { destinationsFor } from './lookup-destinations.ts';
import { serviceHosts, virtualServiceHostNames } from './seen-hosts.ts';
import type { Snapshot } from './snapshot.ts';
import type { Viewer } from './viewer.ts';

/** Every host that makes a difference to a viewer, some perhaps more than once. */
export function* hostsInReach(snapshot: Snapshot, viewer: Viewer): Generator<string> {
  yield* serviceHosts(snapshot, viewer);
  yield* virtualServiceHostNames(snapshot, viewer);
  for (const { host } of destinationsFor(snapshot, viewer)) yield host;
}
