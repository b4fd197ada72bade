import type { PropagationReport } from '@flotilla/bus';
import { ConnectedPilot } from './connected-pilot.ts';

interface Leased {
  readonly pilot: ConnectedPilot;
  /** When it counts as gone, in milliseconds since the Unix epoch, and how long its lease is. */
  until: number;
  leaseMs: number;
}

/** The Pilots that are there, by what they report. */
export class Pilots {
  readonly #leased = new Map<string, Leased>();

  get size(): number {
    return this.#leased.size;
  }

  *[Symbol.iterator](): Iterator<ConnectedPilot> {
    for (const { pilot } of this.#leased.values()) yield pilot;
  }

  /** When the next lease runs out; undefined where there is no Pilot. */
  get nextEnd(): number | undefined {
    return this.#leased.size === 0 ? undefined : Math.min(...[...this.#leased.values()].map(({ until }) => until));
  }

  /**
   * Takes in a report at the time `now`.
   * @returns false where reports of this Pilot were missed, and all has to be told again
   */
  take(report: PropagationReport, now: number): boolean {
    const leased = this.#leased.get(report.pilot) ?? { pilot: new ConnectedPilot(), until: 0, leaseMs: 0 };
    if (!leased.pilot.take(report)) return false;
    leased.leaseMs = report.leaseMs;
    leased.until = now + report.leaseMs;
    this.#leased.set(report.pilot, leased);
    // A proxy that came to another Pilot has left its former one, though that one may not be able to say so.
    for (const { pilot } of this.#leased.values()) if (pilot !== leased.pilot) for (const { id } of report.came ?? []) pilot.lose(id);
    return true;
  }

  /** Forgets the Pilots whose lease has run out. @returns whether there were any */
  expire(now: number): boolean {
    const gone = [...this.#leased].filter(([, { until }]) => until <= now);
    for (const [name] of gone) this.#leased.delete(name);
    return gone.length > 0;
  }

  /** Gives each Pilot the full time again, when none could be heard for a while. */
  grace(now: number): void {
    for (const leased of this.#leased.values()) leased.until = now + leased.leaseMs;
  }
}
