import type { PropagationReport, ReportedProxy } from '@flotilla/bus';
import { sidecarFor, type Snapshot } from '@flotilla/mesh';
import { resourceKey } from '@flotilla/resources';
import type { Cancel, Clock } from '@flotilla/runtime';
import type { ProxyDescription } from '@flotilla/translate';
import type { ProxyStanding } from '@flotilla/xds';
import { isDeepStrictEqual } from 'node:util';
import type { Steps } from '../steps.ts';
import { RefusalCauses, type ServedTraffic } from './refusal-causes.ts';
import { Refusals } from './refusals.ts';

/** How long what happens is gathered before it is told: a push is mostly answered by all proxies within that. */
const gatherMs = 200;

/** A Pilot that is not heard of for this long counts as gone. */
const leaseMs = 6_000;

/** More proxies than this are told of in several reports. */
const mostProxies = 1_000;

export interface ReporterOptions {
  /** Tells this process of Pilot from every other. */
  readonly pilot: string;
  readonly clock: Clock;
  readonly steps: Steps;
  readonly standings: () => readonly ProxyStanding[];
  /** Undefined until the mesh has been read: before, there is nothing to tell. */
  readonly traffic: () => ServedTraffic | undefined;
  readonly tell: (report: PropagationReport) => void;
}

/** The step up to which a proxy runs everything, but for refusals that are told. */
interface Answered {
  readonly id: string;
  readonly answered: number;
}

type Told = Required<Pick<PropagationReport, 'mesh' | 'behind' | 'refusals'>>;

/**
 * Tells how far the configuration has come at this Pilot's proxies: what happens is gathered for a moment, and then what is
 * different from the last report is told. It takes no part in serving proxies.
 */
export class PropagationReporter {
  readonly #options: ReporterOptions;
  readonly #causes: RefusalCauses;
  /** The proxies that were told of. */
  readonly #proxies = new Map<string, ReportedProxy>();
  /** The ids of those that count. */
  #counting: ReadonlySet<string> = new Set();
  /** Those that do not count yet, with the step that they have to answer first. */
  #starting = new Map<string, number>();
  #told: Partial<Told> = {};
  /** Everybody was at the last step when that was last told: nothing is different before something happens. */
  #settled = false;
  #number = 0;
  #gathering: Cancel | undefined;
  #beating: Cancel | undefined;

  constructor(options: ReporterOptions) {
    this.#options = options;
    this.#causes = new RefusalCauses(options.clock, () => this.touch());
  }

  /** Something happened that a report may be about. */
  touch(): void {
    this.#gathering ??= this.#options.clock.after(gatherMs, () => {
      this.#gathering = undefined;
      this.#report();
    });
  }

  /** Tells everything again, for somebody new. */
  tellAll(): void {
    this.#proxies.clear();
    this.#told = {};
    this.#settled = false;
    this.#number = 0;
    this.touch();
  }

  stop(): void {
    this.#gathering?.();
    this.#beating?.();
  }

  #beatLater(): void {
    this.#beating?.();
    this.#beating = this.#options.clock.after(leaseMs / 3, () => {
      // Who is behind may catch up without an answer, where there turns out to be nothing new for it.
      if (!this.#settled) this.#report();
      else {
        this.#beatLater();
        this.#tell({});
      }
    });
  }

  #report(): void {
    const { steps, standings } = this.#options;
    this.#beatLater();
    const traffic = this.#options.traffic();
    if (traffic === undefined) return;
    const refusals = new Refusals(traffic, steps, this.#causes);
    const standing = standings().map(({ id, answeredRevision, refusals: refused }) => ({ id, answered: Math.min(answeredRevision, refusals.answeredBy(id, refused)) }));
    const counted = this.#counted(standing);
    const { came, went } = this.#differences(traffic);
    const behind = Object.fromEntries(counted.filter(({ answered }) => answered < steps.current).map(({ id, answered }) => [id, steps.revisionAt(answered)]));
    this.#settled = this.#starting.size === 0 && Object.keys(behind).length === 0;
    const { rootNamespace, domainSuffix, defaultExportTo } = traffic.snapshot.mesh;
    const news = this.#news({ mesh: { rootNamespace, domainSuffix, defaultExportTo }, behind, refusals: refusals.reported });
    this.#tell({ ...news, ...(went.length === 0 ? {} : { went }), ...(came.length === 0 ? {} : { came: came.slice(0, mostProxies) }) });
    for (let from = mostProxies; from < came.length; from += mostProxies) this.#tell({ came: came.slice(from, from + mostProxies) });
  }

  #tell(content: Partial<PropagationReport>): void {
    const { pilot, steps, tell } = this.#options;
    tell({ ...content, pilot, number: this.#number, leaseMs, revision: steps.revisionAt(steps.current) });
    this.#number += 1;
  }

  /** A proxy counts from when it has answered what it was first given: until then it is no laggard, but not there yet. */
  #counted(standing: readonly Answered[]): Answered[] {
    const starting = this.#starting;
    this.#starting = new Map();
    const counted = standing.filter(({ id, answered }) => {
      const first = starting.get(id) ?? this.#options.steps.current;
      const counts = answered > 0 && (this.#counting.has(id) || answered >= first);
      if (!counts) this.#starting.set(id, first);
      return counts;
    });
    this.#counting = new Set(counted.map(({ id }) => id));
    return counted;
  }

  #differences(traffic: ServedTraffic): { came: ReportedProxy[]; went: string[] } {
    const now = new Map([...traffic.descriptions()].filter(({ id }) => this.#counting.has(id)).map((proxy) => [proxy.id, reported(traffic.snapshot, proxy)]));
    const came = [...now.values()].filter((proxy) => !isDeepStrictEqual(this.#proxies.get(proxy.id), proxy));
    const went = [...this.#proxies.keys()].filter((id) => !now.has(id));
    for (const id of went) this.#proxies.delete(id);
    for (const proxy of came) this.#proxies.set(proxy.id, proxy);
    return { came, went };
  }

  /** What is not as it was last told. */
  #news(now: Told): Partial<Told> {
    const { mesh, behind, refusals } = this.#told;
    this.#told = now;
    return {
      ...(isDeepStrictEqual(mesh, now.mesh) ? {} : { mesh: now.mesh }),
      ...(isDeepStrictEqual(behind, now.behind) ? {} : { behind: now.behind }),
      ...(isDeepStrictEqual(refusals, now.refusals) ? {} : { refusals: now.refusals }),
    };
  }
}

function reported(snapshot: Snapshot, { id, type, namespace, labels }: ProxyDescription): ReportedProxy {
  const sidecar = type === 'gateway' ? undefined : sidecarFor(snapshot, namespace, labels);
  return { id, type, namespace, labels, ...(sidecar === undefined ? {} : { sidecar: resourceKey(sidecar) }) };
}
