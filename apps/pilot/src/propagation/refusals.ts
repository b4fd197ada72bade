import type { ReportedRefusal } from '@flotilla/bus';
import type { ProxyStanding } from '@flotilla/xds';
import type { Steps } from '../steps.ts';
import type { Traffic } from '../traffic.ts';
import type { Cause, RefusalCauses } from './refusal-causes.ts';
import type { RefusedWindow } from './suspects.ts';

type Refusal = ProxyStanding['refusals'][number];

/** More of what Envoy says than this many characters is cut off. */
const longestReason = 1_000;

/** What the proxies refuse at one moment, put down to resources. */
export class Refusals {
  readonly #reported = new Map<string, ReportedRefusal & { readonly proxies: string[] }>();
  readonly #traffic: Traffic;
  readonly #steps: Steps;
  readonly #causes: RefusalCauses;

  constructor(traffic: Traffic, steps: Steps, causes: RefusalCauses) {
    this.#traffic = traffic;
    this.#steps = steps;
    this.#causes = causes;
  }

  get reported(): readonly ReportedRefusal[] {
    return [...this.#reported.values()];
  }

  /**
   * Takes in what a proxy refuses.
   * @returns the last step before any refusal that cannot be put down to a resource (yet): it is not known what of the
   *   later ones the proxy runs. Infinity when there is none; below 1 for a proxy that is new
   */
  answeredBy(id: string, refusals: readonly Refusal[]): number {
    const unexplained = refusals.filter((refusal) => {
      const causes = refusal.names.map((name) => this.#causeOf(id, refusal, name));
      return causes.length === 0 || causes.includes(undefined);
    });
    return Math.min(...unexplained.map(({ since }) => since - 1));
  }

  #causeOf(id: string, refusal: Refusal, name: string): Cause | undefined {
    const { typeUrl } = refusal;
    const target = this.#traffic.find(id)?.target;
    const given = target?.own.get(typeUrl, name) ?? target?.scope.get(typeUrl, name);
    const cause = given === undefined ? undefined : this.#causes.of(this.#traffic, id, given, this.#window(refusal));
    if (cause !== undefined) this.#put(id, refusal, name, cause);
    return cause;
  }

  /** What a new proxy refuses it never accepted; nor can a Pilot that has just started know what had been accepted. */
  #window({ since, revision }: Refusal): RefusedWindow {
    return { after: since <= 1 ? { config: 0, endpoints: 0 } : this.#steps.revisionAt(since - 1), upTo: this.#steps.revisionAt(revision) };
  }

  #put(id: string, { typeUrl, reason }: Refusal, name: string, cause: Cause): void {
    const of = `${typeUrl.slice(typeUrl.lastIndexOf('.') + 1)} ${name}`;
    const said = reason.slice(0, longestReason);
    const key = [cause.key, cause.version, of, said].join('\n');
    const known = this.#reported.get(key);
    if (known !== undefined) known.proxies.push(id);
    else this.#reported.set(key, { resource: cause.key, version: cause.version, of, reason: said, proxies: [id] });
  }
}
