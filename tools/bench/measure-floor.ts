import { fillerType, type FloorAnswer, type FloorRequest } from './floor-messages.ts';
import { connectFleet, measureChange, newFleet, type Measured } from './measure.ts';
import { Worker } from './worker.ts';

/** A connecting fleet, and what changed then. */
export interface Work {
  readonly initial: Measured;
  readonly changes: readonly Measured[];
}

/**
 * What grpc-js alone takes to move the bytes of `work` to a fleet of as many proxies.
 * @param receivers how many of them were sent the changes
 */
export async function measureFloor({ initial, changes }: Work, namespaces: readonly string[], rounds: number, receivers = namespaces.length): Promise<Work> {
  const proxies = namespaces.length;
  const floor = new Worker<FloorRequest, FloorAnswer>('floor.ts');
  // Of its own, so that it does not inherit what another fleet warmed up.
  let fleet = newFleet();
  try {
    const { port } = await floor.ask({ do: 'listen', bytes: Math.round(initial.bytes / proxies), messages: Math.max(1, Math.round(initial.messages / proxies)) }, 'listening');
    const pids = [floor.pid];
    const connected = await connectFleet(fleet, { addresses: [`127.0.0.1:${port}`], namespaces }, pids);
    if (receivers < proxies) {
      fleet.stop();
      fleet = newFleet();
      await connectFleet(fleet, { addresses: [`127.0.0.1:${port}`], namespaces: namespaces.slice(0, receivers) }, pids);
    }
    const pushed: Measured[] = [];
    for (const [kind, { bytes }] of changes.entries()) {
      const mark = (round: number): Buffer => Buffer.from(`change-${kind}-${round}.`);
      pushed.push(await measureChange(fleet, pids, rounds, { types: [fillerType], mark, make: (round) => floor.tell({ do: 'push', bytes: Math.round(bytes / receivers), mark: mark(round) }) }));
    }
    return { initial: connected, changes: pushed };
  } finally {
    fleet.stop();
    floor.stop();
  }
}
