import type { Snapshot } from '@flotilla/mesh';
import type { Scope } from '../scope.ts';
import type { VirtualHostName, VirtualHostPart } from './route-table.ts';

/** Where the virtual hosts of a kind of scope come from. */
export interface RouteSource {
  /** Every host that may have virtual hosts; some may come twice. */
  hosts(snapshot: Snapshot, scope: Scope): Iterable<string>;
  /** The virtual hosts of a host. */
  parts(snapshot: Snapshot, scope: Scope, host: string): VirtualHostPart[];
  /** Their names alone, without making them; some that have no routes may be among them. */
  names(snapshot: Snapshot, scope: Scope, host: string): VirtualHostName[];
}
