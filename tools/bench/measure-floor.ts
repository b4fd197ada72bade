import { fillerType, type FloorAnswer, type FloorRequest, type Recording } from './floor-messages.ts';
import { connectFleet, measureChange, newFleet, type Measured } from './measure.ts';
import { Worker } from './worker.ts';

/** A fleet that was connected to a control plane, and what changed then. */
export interface Work {
  /** The namespaces of the proxies. */
  readonly namespaces: readonly string[];
  /** What they were sent when they connected. */
  readonly recording: Recording;
  readonly changes: readonly Measured[];
  /** Times that each change was made. */
  readonly rounds: number;
  /** How many of the proxies were sent the changes, where not all were. */
  readonly receivers?: number;
}

/** What grpc-js alone takes to move the bytes of `work` to a fleet of as many proxies: the same when they connect, as many for changes. */
export async function measureFloor({ namespaces, recording, changes, rounds, receivers = namespaces.length }: Work): Promise<{ readonly initial: Measured; readonly changes: readonly Measured[] }> {
  const floor = new Worker<FloorRequest, FloorAnswer>('floor.ts');
  // Of its own, so that it does not inherit what another fleet warmed up.
  let fleet = newFleet();
  try {
    const { port } = await floor.ask({ do: 'listen', recording }, 'listening');
    const pids = [floor.pid];
    const addresses = [`127.0.0.1:${port}`];
    const initial = await connectFleet(fleet, { addresses, namespaces }, pids);
    if (receivers < namespaces.length) {
      fleet.stop();
      fleet = newFleet();
      await connectFleet(fleet, { addresses, namespaces: namespaces.slice(0, receivers) }, pids);
    }
    const pushed: Measured[] = [];
    for (const [kind, { bytes }] of changes.entries()) {
      const mark = (round: number): Buffer => Buffer.from(`change-${kind}-${round}.`);
      pushed.push(await measureChange(fleet, pids, rounds, { types: [fillerType], mark, make: (round) => floor.tell({ do: 'push', bytes: Math.round(bytes / receivers), mark: mark(round) }) }));
    }
    return { initial, changes: pushed };
  } finally {
    fleet.stop();
    floor.stop();
  }
}
