import { join } from 'node:path';
import { FlotillaError } from '@flotilla/errors';
import { backoff, type Clock } from '@flotilla/runtime';
import { endMeshProcesses, killMeshProcesses } from './mesh-processes.ts';
import type { Home } from './home.ts';
import type { MeshFile } from './mesh-file.ts';
import type { Part } from './parts.ts';
import { untilReady, type Probe } from './readiness.ts';
import { SupervisedProcess } from './supervised-process.ts';

export interface MeshOptions {
  readonly home: Home;
  readonly file: MeshFile;
  readonly clock: Clock;
  readonly say: (line: string) => void;
}

/** How long all parts together may take to become ready, milliseconds. */
const startWithinMs = 90_000;
const restart = { initialMs: 100, maxMs: 5_000, factor: 2 };

/** The processes of one mesh: started as soon as what they need is ready, kept running, stopped in order. */
export class LocalMesh {
  readonly #options: MeshOptions;
  readonly #processes: SupervisedProcess[] = [];
  readonly #ready = new Map<string, Promise<void>>();
  readonly #abort = new AbortController();
  readonly #waiting = new Map<string, string>();
  #up = false;

  constructor(options: MeshOptions) {
    this.#options = options;
  }

  /** Starts a part when those it comes after are ready; resolves when it is ready itself. */
  start(part: Part): Promise<void> {
    const ready = (async () => {
      await Promise.all(part.after.map((name) => this.#ready.get(name) ?? Promise.resolve()));
      this.#abort.signal.throwIfAborted();
      this.#waiting.set(part.name, 'it does not answer');
      this.#run(part);
      await this.answers(part.name, part.ready);
    })();
    this.#ready.set(part.name, ready);
    return ready;
  }

  /** Waits until `probe` has nothing to say any more; `name` is who the start waits for. */
  async answers(name: string, probe: Probe): Promise<void> {
    this.#waiting.set(name, 'it does not answer');
    if (!(await untilReady(probe, this.#abort.signal, (reason) => this.#waiting.set(name, reason)))) this.#abort.signal.throwIfAborted();
    this.#waiting.delete(name);
  }

  /** Ends a start that is under way: all that waits rejects with `reason`. */
  abort(reason: unknown): void {
    this.#abort.abort(reason);
  }

  /** Waits for `started`, but not for ever; from then on what dies is started again. */
  async settle(started: Promise<unknown>): Promise<void> {
    const cancel = this.#options.clock.after(startWithinMs, () => {
      const late = [...this.#waiting].map(([name, reason]) => ({ path: name, message: reason }));
      this.abort(new FlotillaError('NOT_READY', `The mesh did not become ready within ${startWithinMs / 1000} s. Its logs are in ${this.#options.home.logs}. Not ready:`, { problems: late }));
    });
    try {
      await started;
      this.#up = true;
    } finally {
      cancel();
    }
  }

  #run(part: Part): void {
    const { home, file, clock, say } = this.#options;
    const logFile = join(home.logs, `${part.name}.log`);
    const supervised: SupervisedProcess = new SupervisedProcess(part, {
      clock,
      logFile,
      backoff: backoff({ ...restart, random: Math.random }),
      onStart: (pid) => {
        file.setPid(part.name, pid).catch((error: unknown) => this.abort(error));
      },
      onEnd: (how) => {
        if (this.#up) say(`${part.name} ended (${how}); starting it again. Log: ${logFile}`);
        else this.abort(new FlotillaError('NOT_READY', `${part.name} could not be started (${how}). The end of ${logFile}:\n${supervised.lastLines(8)}`));
        return this.#up;
      },
    });
    this.#processes.push(supervised);
    supervised.start();
  }

  /** Stops the parts, one group after the other, and makes sure that nothing of the mesh is left. */
  async stop(order: readonly (readonly string[])[]): Promise<void> {
    this.abort(new Error('the mesh stops'));
    for (const group of order) {
      await Promise.all(this.#processes.filter(({ program }) => group.includes(program.name)).map((process) => process.stop()));
    }
    await Promise.all(this.#processes.map((process) => process.stop()));
    await endMeshProcesses(this.#options.home.root);
    await this.#options.file.remove();
  }

  /** Ends everything at once. */
  kill(): void {
    for (const process of this.#processes) process.kill();
    killMeshProcesses(this.#options.home.root);
  }
}
