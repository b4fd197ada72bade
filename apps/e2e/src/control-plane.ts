import { kindNamed, parseResourceKey } from '@flotilla/resources';
import { eventually } from '@flotilla/testing';
import type { Api, ApiAnswer } from './api.ts';

/** How one proxy stands, as Pilot's `GET /v1/proxies` lists it. */
export interface ProxyState {
  readonly id: string;
  readonly state: string;
}

/** Galley and the Pilots of a mesh, over their admin APIs: what tests change through them, and when all have it. */
export class ControlPlane {
  readonly galley: Api;
  readonly pilots: readonly Api[];
  readonly #expectedProxies: () => number;
  /** What `apply` has made. */
  readonly #made = new Set<string>();

  /** @param expectedProxies how many proxies there are at the time */
  constructor(galley: Api, pilots: readonly Api[], expectedProxies: () => number) {
    this.galley = galley;
    this.pilots = pilots;
    this.#expectedProxies = expectedProxies;
  }

  /** Applies YAML as one revision without judging the answer. */
  tryApply(yaml: string): Promise<ApiAnswer> {
    return this.galley.send('POST', '/v1/apply', yaml, 'application/yaml');
  }

  /** As {@link Mesh.apply}. */
  async apply(yaml: string, { settle = true } = {}): Promise<void> {
    const answer = await this.tryApply(yaml);
    if (answer.status !== 200) throw new Error(`apply answered ${answer.status}: ${answer.text}`);
    const { results } = answer.body as { results: { ref: string; change: string }[] };
    for (const { ref, change } of results) if (change === 'created') this.#made.add(ref);
    if (settle) await this.settled();
  }

  /** As {@link Mesh.remove}. */
  async remove(...refs: readonly string[]): Promise<void> {
    for (const ref of refs) {
      const { kind, namespace, name } = parseResourceKey(ref);
      const { group, versions: [version], plural } = kindNamed(kind) ?? { group: '', versions: [], plural: kind };
      const { status, text } = await this.galley.send('DELETE', `/apis/${group}/${version}/namespaces/${namespace}/${plural}/${name}`);
      if (status !== 200 && status !== 404) throw new Error(`the deletion of ${ref} was answered ${status}: ${text}`);
      this.#made.delete(ref);
    }
    await this.settled();
  }

  /** As {@link Mesh.reset}. */
  reset(): Promise<void> {
    return this.remove(...this.#made);
  }

  /** Waits until all Pilots have seen what Galley committed last and every workload's proxy has acknowledged it. */
  async settled(): Promise<void> {
    await eventually(
      async () => {
        const committed = (await this.galley.get('/v1/revision')).body as Record<string, number>;
        const items: ProxyState[] = [];
        for (const pilot of this.pilots) {
          const { status, body } = await pilot.get('/v1/proxies');
          const { revision, items: own } = body as { revision: Record<string, number>; items: ProxyState[] };
          if (status !== 200 || JSON.stringify(revision) !== JSON.stringify(committed)) throw new Error(`Pilot is at ${JSON.stringify(revision)}, Galley at ${JSON.stringify(committed)}`);
          items.push(...own);
        }
        const expected = this.#expectedProxies();
        if (items.length < expected) throw new Error(`${items.length} of ${expected} proxies are connected`);
        const late = items.filter((proxy) => proxy.state !== 'SYNCED');
        if (late.length > 0) throw new Error(`not in sync: ${JSON.stringify(late)}`);
      },
      { timeoutMs: 60_000 },
    );
  }
}
