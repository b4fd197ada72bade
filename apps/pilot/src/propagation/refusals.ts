import type { ReportedRefusal } from '@flotilla/bus';
import type { ProxyStanding } from '@flotilla/xds';
import type { Steps } from '../steps.ts';
import type { RefusalCauses, ServedTraffic } from './refusal-causes.ts';
import type { RefusedWindow } from './suspects.ts';

type Refusal = ProxyStanding['refusals'][number];

/** More of what Envoy says than this many characters is cut off. */
const longestReason = 1_000;

/** What the proxies refuse at one moment, put down to resources. */
export class Refusals {
  readonly #reported = new Map<string, ReportedRefusal & { readonly proxies: string[] }>();
  readonly #traffic: ServedTraffic;
  readonly #steps: Steps;
  readonly #causes: RefusalCauses;

  constructor(traffic: ServedTraffic, steps: Steps, causes: RefusalCauses) {
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
    const unexplained = refusals.filter((refusal) => refusal.names.length === 0 || !refusal.names.every((name) => this.#explain(id, refusal, name)));
    return Math.min(...unexplained.map(({ since }) => since - 1));
  }

  /** @returns whether it is known what the refusal of one of Envoy's resources is put down to */
  #explain(id: string, refusal: Refusal, name: string): boolean {
    const { typeUrl, versions } = refusal;
    const target = this.#traffic.find(id)?.target;
    const given = target?.own.get(typeUrl, name) ?? target?.scope.get(typeUrl, name);
    // It is another by now, which the proxy has still to answer: until then it counts as behind.
    if (given?.version !== versions[name]) return true;
    const cause = given === undefined ? undefined : this.#causes.of(this.#traffic, id, given, this.#window(refusal));
    const version = cause === undefined ? undefined : this.#traffic.snapshot.resources.get(cause)?.metadata.resourceVersion;
    if (cause === undefined || version === undefined) return false;
    this.#put(id, refusal, name, { resource: cause, version });
    return true;
  }

  /** What a new proxy refuses it never accepted; nor can a Pilot that has just started know what had been accepted. */
  #window({ since, revision }: Refusal): RefusedWindow {
    return { after: since <= 1 ? { config: 0, endpoints: 0 } : this.#steps.revisionAt(since - 1), upTo: this.#steps.revisionAt(revision) };
  }

  #put(id: string, { typeUrl, reason }: Refusal, name: string, cause: Pick<ReportedRefusal, 'resource' | 'version'>): void {
    const of = `${typeUrl.slice(typeUrl.lastIndexOf('.') + 1)} ${name}`;
    const said = reason.slice(0, longestReason);
    const key = [cause.resource, of, said].join('\n');
    const known = this.#reported.get(key);
    if (known !== undefined) known.proxies.push(id);
    else this.#reported.set(key, { ...cause, of, reason: said, proxies: [id] });
  }
}
