import { join } from 'node:path';
import { backoff, delay, writeFileAtomic, type Clock, type Logger } from '@flotilla/runtime';
import { digestOf, type EnvoyLaunch } from './envoy-launch.ts';
import { readRecord, writeRecord } from './process-record.ts';
import { adoptEnvoy, endEnvoy, spawnEnvoy, type RunningEnvoy } from './running-envoy.ts';

export interface SupervisedEnvoyOptions {
  readonly program: string;
  /** Where its bootstrap and its process record are kept. */
  readonly folder: string;
  /** The agent's own output when undefined. */
  readonly logFile: string | undefined;
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
  #launch: EnvoyLaunch | undefined;
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

  /** Takes over what an earlier life left, where it was started with the same; says whether there was such a one. */
  async adopt(launch: EnvoyLaunch): Promise<boolean> {
    const { clock, logger } = this.#options;
    const left = await readRecord(this.#recordPath);
    if (left === undefined || left.bootstrapDigest !== digestOf(launch)) return false;
    logger.info({ pid: left.pid }, 'took over an Envoy of an earlier life of the agent');
    this.#adopted = true;
    this.#launch = launch;
    this.#run = this.#keepRunning(adoptEnvoy(left, clock));
    return true;
  }

  /** Starts it; what an earlier life left is ended first. */
  async start(launch: EnvoyLaunch): Promise<void> {
    const { clock, logger } = this.#options;
    const left = await readRecord(this.#recordPath);
    if (left !== undefined) {
      logger.info({ pid: left.pid }, 'replacing an Envoy of an earlier life of the agent, it is started with something else now');
      await endEnvoy(adoptEnvoy(left, clock), clock);
    }
    await this.#prepare(launch);
    if (this.#stopping.signal.aborted) return;
    this.#run = this.#keepRunning(this.#spawn(launch));
  }

  /** Ends the process; a new one follows, without delay. */
  async restart(launch: EnvoyLaunch): Promise<void> {
    const running = this.#running;
    if (running === undefined) return;
    await this.#prepare(launch);
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

  /** What the next process is started with. */
  async #prepare(launch: EnvoyLaunch): Promise<void> {
    await writeFileAtomic(join(this.#options.folder, 'bootstrap.json'), `${JSON.stringify(launch.bootstrap, null, 2)}\n`, 0o600);
    this.#launch = launch;
  }

  async #keepRunning(first: RunningEnvoy): Promise<void> {
    const { clock, logger, random } = this.#options;
    const { signal } = this.#stopping;
    const stopped = (): boolean => signal.aborted;
    const waits = backoff({ initialMs: 200, maxMs: 15_000, random });
    let running = first;
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
      if (stopped() || this.#launch === undefined) return;
      this.#restarts += 1;
      this.#adopted = false;
      running = this.#spawn(this.#launch);
    }
  }

  #spawn(launch: EnvoyLaunch): RunningEnvoy {
    const { program, folder, logFile } = this.#options;
    const running = spawnEnvoy({ program, args: launch.args, environment: launch.environment, folder, logFile });
    // Nothing is awaited in between: whoever stops or kills us now must find it.
    this.#running = running;
    if (running.pid !== undefined) writeRecord(this.#recordPath, running.pid, digestOf(launch));
    return running;
  }
}
