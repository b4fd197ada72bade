import { join } from 'node:path';
import { readFile } from 'node:fs/promises';
import { FlotillaError } from '@flotilla/errors';
import { writeFileAtomic } from '@flotilla/runtime';
import { isDeepStrictEqual } from 'node:util';
import type { AgentContext } from './agent-context.ts';
import { Attachment } from './attachment.ts';
import { readRecord } from './process-record.ts';
import { conflictsOf, readWorkloads } from './read-workloads.ts';
import { clearPlace, placeOf, workloadFolders } from './run-folders.ts';
import { adoptEnvoy, endEnvoy } from './running-envoy.ts';
import { workloadKey, type Workload } from './workload.ts';

/** Where a workload was named. */
export type Origin = 'file' | 'api';

/** Changes of one workload follow one another; those of different workloads do not wait. */
interface Berth {
  attachment: Attachment | undefined;
  turn: Promise<void>;
}

/** All workloads of an agent: those of its file, and those attached by its API. */
export class Fleet {
  readonly #context: AgentContext;
  readonly #desired = new Map<string, { readonly workload: Workload; readonly origin: Origin }>();
  readonly #berths = new Map<string, Berth>();
  #longestDrainSeconds = Infinity;

  constructor(context: AgentContext) {
    this.#context = context;
  }

  /** Begins with the workloads of the file and those attached in an earlier life; Envoys of others are ended. */
  async start(fromFile: readonly Workload[]): Promise<void> {
    for (const workload of await this.#readAttached()) this.#desired.set(workloadKey(workload), { workload, origin: 'api' });
    for (const workload of fromFile) this.#desired.set(workloadKey(workload), { workload, origin: 'file' });
    await this.#endStrangers();
    for (const key of this.#desired.keys()) this.#settle(key);
  }

  /**
   * Takes a new state of the file: what it names runs, what it no longer names stops.
   * @throws FlotillaError INVALID_RESOURCE where it cannot live with what was attached; nothing is changed then
   */
  replaceFile(workloads: readonly Workload[]): void {
    const attached = [...this.#desired].filter(([, { origin }]) => origin === 'api').map(([, { workload }]) => workload);
    this.#refuseConflicts([...workloads, ...attached]);
    const named = new Map(workloads.map((workload) => [workloadKey(workload), workload]));
    const gone = [...this.#desired].filter(([key, { origin }]) => origin === 'file' && !named.has(key)).map(([key]) => key);
    for (const key of gone) this.#desired.delete(key);
    for (const [key, workload] of named) this.#desired.set(key, { workload, origin: 'file' });
    for (const key of [...gone, ...named.keys()]) this.#settle(key);
  }

  /**
   * Attaches a workload, or replaces it.
   * @throws FlotillaError READ_ONLY_SOURCE for one of the file, INVALID_RESOURCE where it cannot live with the others
   */
  async attach(workload: Workload): Promise<void> {
    const key = workloadKey(workload);
    this.#refuseOfFile(key);
    const others = [...this.#desired].filter(([other]) => other !== key).map(([, desired]) => desired.workload);
    this.#refuseConflicts([...others, workload]);
    this.#desired.set(key, { workload, origin: 'api' });
    await this.#writeAttached();
    this.#settle(key);
  }

  /**
   * Begins to take a workload out; it is listed until it is gone.
   * @throws FlotillaError NOT_FOUND, or READ_ONLY_SOURCE for one of the file
   */
  async detach(key: string): Promise<void> {
    this.get(key);
    this.#refuseOfFile(key);
    if (!this.#desired.delete(key)) return;
    await this.#writeAttached();
    this.#settle(key);
  }

  /** Everything that runs, is to run, or is on its way out; by key. */
  list(): { readonly attachment: Attachment; readonly origin: Origin | undefined }[] {
    return [...this.#berths]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([key, { attachment }]) => (attachment === undefined ? [] : [{ attachment, origin: this.#desired.get(key)?.origin }]));
  }

  /** @throws FlotillaError NOT_FOUND */
  get(key: string): { readonly attachment: Attachment; readonly origin: Origin | undefined } {
    const attachment = this.#berths.get(key)?.attachment;
    if (attachment === undefined) throw new FlotillaError('NOT_FOUND', `There is no workload ${key} here`);
    return { attachment, origin: this.#desired.get(key)?.origin };
  }

  /** What is to run but does not yet, in sentences. */
  notReady(): string[] {
    return [...this.#desired.keys()].flatMap((key) => {
      const attachment = this.#berths.get(key)?.attachment;
      return attachment?.attached === true ? [] : [`${key}: ${attachment?.problems[0] ?? 'it is not registered yet'}`];
    });
  }

  /** Stops all, together, each with at most `longestDrainSeconds` to finish. */
  async stop(longestDrainSeconds: number): Promise<void> {
    this.#longestDrainSeconds = longestDrainSeconds;
    const keys = [...this.#desired.keys()];
    this.#desired.clear();
    for (const key of keys) this.#settle(key);
    await Promise.all([...this.#berths.values()].map(({ turn }) => turn));
  }

  /** Brings what runs under `key` to what is desired, after what is under way for it. */
  #settle(key: string): void {
    const berth = this.#berths.get(key) ?? { attachment: undefined, turn: Promise.resolve() };
    this.#berths.set(key, berth);
    berth.turn = berth.turn.then(() => this.#bring(key, berth)).catch((error: unknown) => {
      this.#context.logger.error({ err: error, workload: key }, 'a workload could not be brought to what it should be');
    });
  }

  async #bring(key: string, berth: Berth): Promise<void> {
    const running = berth.attachment;
    if (running !== undefined && !isDeepStrictEqual(running.workload, this.#desired.get(key)?.workload)) {
      await running.stop(this.#longestDrainSeconds);
      berth.attachment = undefined;
    }
    // What is desired may have changed while it stopped.
    const desired = this.#desired.get(key);
    if (desired === undefined) {
      if (berth.attachment === undefined) this.#berths.delete(key);
    } else if (berth.attachment === undefined) {
      berth.attachment = new Attachment(desired.workload, this.#context);
      await berth.attachment.start();
    }
  }

  #refuseOfFile(key: string): void {
    if (this.#desired.get(key)?.origin !== 'file') return;
    throw new FlotillaError('READ_ONLY_SOURCE', `${key} is named in ${this.#context.settings.workloads ?? 'the file of workloads'}; change it there`);
  }

  #refuseConflicts(workloads: readonly Workload[]): void {
    const problems = conflictsOf(workloads);
    if (problems.length > 0) throw new FlotillaError('INVALID_RESOURCE', 'The workloads cannot live together', { problems });
  }

  get #attachedPath(): string {
    return join(this.#context.folders.root, 'attached.json');
  }

  async #readAttached(): Promise<Workload[]> {
    const text = await readFile(this.#attachedPath, 'utf8').catch(() => '[]');
    return readWorkloads(text, this.#attachedPath);
  }

  async #writeAttached(): Promise<void> {
    const attached = [...this.#desired.values()].filter(({ origin }) => origin === 'api').map(({ workload }) => workload);
    await writeFileAtomic(this.#attachedPath, JSON.stringify(attached, null, 2), 0o600);
  }

  /** Ends Envoys of an earlier life that nobody wants any more. */
  async #endStrangers(): Promise<void> {
    const { clock, folders, logger } = this.#context;
    const wanted = new Set([...this.#desired.keys()].map((key) => placeOf(folders, key).folder));
    const strange = (await workloadFolders(folders)).filter((folder) => !wanted.has(folder));
    await Promise.all(
      strange.map(async (folder) => {
        const record = await readRecord(join(folder, 'process.json'));
        if (record !== undefined) {
          logger.info({ pid: record.pid, folder }, 'ending an Envoy of an earlier life of the agent, nobody wants it any more');
          await endEnvoy(adoptEnvoy(record, clock), clock);
        }
        await clearPlace({ folder, ...socketsBeside(folders.sockets, folder) });
      }),
    );
  }
}

function socketsBeside(sockets: string, folder: string): { adminSocket: string; secretSocket: string } {
  const name = folder.slice(folder.lastIndexOf('/') + 1);
  return { adminSocket: join(sockets, `${name}.admin`), secretSocket: join(sockets, `${name}.sds`) };
}
