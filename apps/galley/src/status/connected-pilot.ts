import type { PropagationReport, ReportedProxy, ReportedRefusal, StoreRevision } from '@flotilla/bus';

/** Proxies that the same resources concern, as the replicas of a workload. */
export interface ProxyGroup {
  /** Any of them. */
  readonly proxy: Omit<ReportedProxy, 'id'>;
  readonly ids: Set<string>;
}

/** What one Pilot told of itself and its proxies. */
export class ConnectedPilot {
  readonly #groups = new Map<string, ProxyGroup>();
  readonly #groupOf = new Map<string, string>();
  #number = 0;
  #revision: StoreRevision = { config: 0, endpoints: 0 };
  #mesh: PropagationReport['mesh'];
  #behind: ReadonlyMap<string, StoreRevision> = new Map();
  #refusals: readonly ReportedRefusal[] = [];

  get groups(): Iterable<ProxyGroup> {
    return this.#groups.values();
  }

  /** What it has read of the stores. */
  get revision(): StoreRevision {
    return this.#revision;
  }

  get mesh(): PropagationReport['mesh'] {
    return this.#mesh;
  }

  /** The proxies that have not answered all that Pilot has read, with what they have. */
  get behind(): ReadonlyMap<string, StoreRevision> {
    return this.#behind;
  }

  get refusals(): readonly ReportedRefusal[] {
    return this.#refusals;
  }

  /**
   * Takes in the next report.
   * @returns false where one before it was missed: nothing is taken then
   */
  take({ number, revision, mesh, came = [], went = [], behind, refusals }: PropagationReport): boolean {
    if (number === 0) for (const id of [...this.#groupOf.keys()]) this.lose(id);
    else if (number !== this.#number) return false;
    this.#number = number + 1;
    this.#revision = revision;
    this.#mesh = mesh ?? this.#mesh;
    for (const id of went) this.lose(id);
    for (const proxy of came) this.#add(proxy);
    if (behind !== undefined) this.#behind = new Map(Object.entries(behind));
    if (refusals !== undefined) this.#refusals = refusals;
    return true;
  }

  /** A proxy is no longer this Pilot's. */
  lose(id: string): void {
    const key = this.#groupOf.get(id);
    if (key === undefined) return;
    this.#groupOf.delete(id);
    const group = this.#groups.get(key);
    group?.ids.delete(id);
    if (group?.ids.size === 0) this.#groups.delete(key);
  }

  #add({ id, ...proxy }: ReportedProxy): void {
    this.lose(id);
    const key = JSON.stringify([proxy.type, proxy.namespace, proxy.sidecar ?? '', Object.entries(proxy.labels).sort()]);
    this.#groupOf.set(id, key);
    const group = this.#groups.get(key);
    if (group === undefined) this.#groups.set(key, { proxy, ids: new Set([id]) });
    else group.ids.add(id);
  }
}
