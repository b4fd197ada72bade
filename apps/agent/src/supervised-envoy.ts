import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { backoff, delay, writeFileAtomic, type Clock, type Logger } from '@flotilla/runtime';
import { envoyArguments } from './envoy-arguments.ts';
import { readRecord, writeRecord } from './process-record.ts';
import { adoptEnvoy, endEnvoy, spawnEnvoy, type RunningEnvoy } from './running-envoy.ts';

export interface SupervisedEnvoyOptions {
  readonly program: string;
  /** Where its bootstrap and its process record are kept. */
  readonly folder: string;
  /** The agent's own output when undefined. */
  readonly logFile: string | undefined;
  readonly bootstrap: Readonly<Record<string, unknown>>;
  readonly drainSeconds: number;
  readonly logLevel: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly random: () => number;
}

/** An Envoy that ran for this long counts as healthy: the next restart comes without delay. */
const healthyMs = 30_000;

/** One Envoy that is kept running: started, restarted when it ends, stopped when told. */
export class SupervisedEnvoy {
  readonly #options: SupervisedEnvoyOptions;
  readonly #stopping = new AbortController();
  #running: RunningEnvoy | undefined;
  #run: Promise<void> | undefined;
  #restarts = 0;
  #adopted = false;
  #restartAsked = false;
  #lastEnd: string | undefined;

  constructor(options: SupervisedEnvoyOptions) {
    this.#options = options;
  }

  get pid(): number | undefined {
    return this.#running?.pid;
  }

  /** How often it was started again. */
  get restarts(): number {
    return this.#restarts;
  }

  /** Whether the process that runs was started by an earlier life of the agent. */
  get adopted(): boolean {
    return this.#adopted;
  }

  /** How the process before this one ended. */
  get lastEnd(): string | undefined {
    return this.#lastEnd;
  }

  /** Takes over what an earlier life left, where its bootstrap is the same, or else starts anew. */
  async start(): Promise<void> {
    const { folder, bootstrap, clock, logger } = this.#options;
    const text = `${JSON.stringify(bootstrap, null, 2)}\n`;
    const digest = createHash('sha256').update(text).digest('hex');
    const left = await readRecord(this.#recordPath);
    const adopted = left === undefined ? undefined : adoptEnvoy(left, clock);
    const same = adopted !== undefined && left?.bootstrapDigest === digest;
    if (adopted !== undefined && !same) {
      logger.info({ pid: adopted.pid }, 'replacing an Envoy of an earlier life of the agent, its bootstrap is another now');
      await endEnvoy(adopted, clock);
    }
    await writeFileAtomic(join(folder, 'bootstrap.json'), text, 0o600);
    this.#adopted = same;
    if (same) logger.info({ pid: adopted.pid }, 'took over an Envoy of an earlier life of the agent');
    this.#run = this.#keepRunning(digest, same ? adopted : undefined);
  }

  /** Ends the process; a new one follows, without delay. */
  async restart(): Promise<void> {
    const running = this.#running;
    if (running === undefined) return;
    this.#restartAsked = true;
    await endEnvoy(running, this.#options.clock);
  }

  /** Ends the process for good. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    if (this.#running !== undefined) await endEnvoy(this.#running, this.#options.clock);
    await this.#run;
  }

  get #recordPath(): string {
    return join(this.#options.folder, 'process.json');
  }

  async #keepRunning(digest: string, adopted: RunningEnvoy | undefined): Promise<void> {
    const { clock, logger, random } = this.#options;
    const { signal } = this.#stopping;
    const stopped = (): boolean => signal.aborted;
    const waits = backoff({ initialMs: 200, maxMs: 15_000, random });
    let running = adopted ?? (await this.#spawn(digest));
    for (;;) {
      const since = clock.now();
      this.#running = running;
      this.#lastEnd = await running.ended;
      this.#running = undefined;
      if (stopped()) return;
      if (clock.now() - since >= healthyMs || this.#restartAsked) waits.reset();
      const waitMs = this.#restartAsked ? 0 : Math.round(waits.next());
      logger.warn({ reason: this.#lastEnd, waitMs }, 'Envoy ended, starting it again');
      this.#restartAsked = false;
      await delay(clock, waitMs, signal);
      if (stopped()) return;
      this.#restarts += 1;
      this.#adopted = false;
      running = await this.#spawn(digest);
    }
  }

  async #spawn(digest: string): Promise<RunningEnvoy> {
    const { program, folder, logFile, drainSeconds, logLevel } = this.#options;
    const running = spawnEnvoy({ program, args: envoyArguments({ drainSeconds, logLevel }), folder, logFile });
    // Before anything is awaited: whoever stops us now must find it.
    this.#running = running;
    if (running.pid !== undefined) await writeRecord(this.#recordPath, running.pid, digest);
    return running;
  }
}
