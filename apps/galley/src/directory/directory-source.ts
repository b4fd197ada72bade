import { messageOf } from '@flotilla/errors';
import { delay, Slices, type Clock, type Logger } from '@flotilla/runtime';
import type { StateView } from '../state/mesh-state.ts';
import type { Edit, Intent } from '../write/edit.ts';
import type { Outcome } from '../write/writer.ts';
import { ConfigFiles } from './config-files.ts';
import { editsFor } from './file-edits.ts';
import type { FileProblem } from './file-problem.ts';
import { isWithin } from './folder-watch.ts';
import type { Folder } from './folder.ts';
import { SettlingFiles } from './settling-files.ts';

/** How long until a folder that is gone, or a store that did not answer, is tried again. */
const retryAfterMs = 1_000;

export interface DirectoryOptions {
  readonly folder: Folder;
  readonly write: (intent: Intent) => Promise<Outcome>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Told whenever something else is wrong with the files than before. */
  readonly onProblems: () => void;
}

/**
 * Keeps the resources of a folder's files in the store: a saved file is committed, a deleted one's resources
 * are removed, a bad one's stay as they were.
 */
export class DirectorySource {
  readonly #options: DirectoryOptions;
  readonly #files = new ConfigFiles();
  /** What the files looked like when they were read. */
  readonly #stamps = new Map<string, string>();
  readonly #settling: SettlingFiles;
  readonly #stopping = new AbortController();
  /** The files that have yet to be taken in. */
  #due: Set<string> | 'all' = new Set();
  #working: Promise<void> | undefined;
  #unwatch: (() => Promise<void>) | undefined;
  /** What the last commits would not take. */
  #refused: FileProblem[] = [];
  #reported = new Set<string>();
  #complete = false;

  constructor(options: DirectoryOptions) {
    this.#options = options;
    this.#settling = new SettlingFiles(options.folder, options.clock, (files) => this.#take(files));
  }

  /** Whether all files have been taken in once. */
  get complete(): boolean {
    return this.#complete;
  }

  /** What is wrong with the files now. */
  problems(): FileProblem[] {
    return [...this.#files.problems(), ...this.#refused];
  }

  /** Begins to follow the folder, and to take in all that is there. */
  async start(): Promise<void> {
    const { folder, logger } = this.#options;
    this.#unwatch = await folder.watch({
      onFile: (file) => this.#settling.touch(file),
      onFolder: (path) => void this.#touchAll(path),
      onError: (error) => logger.error({ reason: messageOf(error) }, 'the folder cannot be watched as it should be'),
    });
    this.reconcile();
  }

  /** Compares everything again; to be called whenever the store may have missed something. */
  reconcile(): void {
    this.#take('all');
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#settling.stop();
    await this.#unwatch?.();
    await this.#working;
  }

  /** Looks again at every file below a folder, those that were there and those that are. */
  async #touchAll(path: string): Promise<void> {
    // Where the listing fails there is no folder any more, and the files that are known tell what to look at.
    const there = await this.#options.folder.files().catch(() => []);
    for (const file of [...this.#files.names(), ...there]) if (isWithin(path, file)) this.#settling.touch(file);
  }

  #take(files: ReadonlySet<string> | 'all'): void {
    this.#due = this.#due === 'all' || files === 'all' ? 'all' : new Set([...this.#due, ...files]);
    this.#working ??= this.#work().finally(() => {
      this.#working = undefined;
    });
  }

  async #work(): Promise<void> {
    const { clock, logger } = this.#options;
    const { signal } = this.#stopping;
    while (this.#due === 'all' || this.#due.size > 0) {
      const taken = this.#due;
      this.#due = new Set();
      try {
        await this.#takeIn(taken);
        this.#complete ||= taken === 'all';
      } catch (error) {
        if (signal.aborted) return;
        logger.warn({ reason: messageOf(error) }, 'the files cannot be taken in yet');
        this.#due = 'all';
        await delay(clock, retryAfterMs, signal);
      }
      this.#report();
      if (signal.aborted) return;
    }
  }

  /** Reads the files and commits what they ask for, all of it together. */
  async #takeIn(taken: ReadonlySet<string> | 'all'): Promise<void> {
    const { folder, write, clock } = this.#options;
    // A folder that is gone, perhaps unmounted, says nothing about its resources.
    if (!(await folder.exists())) throw new Error('the folder is gone; its resources stay as they were');
    const names = taken === 'all' ? new Set([...this.#files.names(), ...(await folder.files())]) : taken;
    const slices = new Slices(clock);
    for (const file of names) {
      // What was touched is read even where it looks the same: two saves within one tick of the disk's clock do.
      this.#load(file, { evenIfSame: taken !== 'all' });
      if (slices.over) await slices.next();
    }
    const changed = taken === 'all' ? undefined : taken;
    const fileOf = new Map<string, string>();
    const { refusals } = await write({
      author: { name: `files ${taken === 'all' ? '(all)' : [...taken].sort().join(' ')}`, acts: 'file' },
      partial: true,
      edits: (state) => this.#edits(state, changed, fileOf),
    });
    const others = this.#refused.filter(({ file }) => changed?.has(file) === false);
    const refused = refusals.map(({ ref, error }): FileProblem => ({ file: fileOf.get(ref) ?? '', line: 0, ref, path: '', reason: error.message, severity: 'error' }));
    this.#refused = [...others, ...refused];
  }

  *#edits(state: StateView, changed: ReadonlySet<string> | undefined, fileOf: Map<string, string>): Iterable<Edit> {
    for (const { key, file, edit } of editsFor(this.#files, state, changed)) {
      fileOf.set(key, file);
      yield edit;
    }
  }

  #load(file: string, { evenIfSame }: { readonly evenIfSame: boolean }): void {
    const { folder } = this.#options;
    const { text: stamp } = folder.stamp(file);
    if (!evenIfSame && this.#stamps.get(file) === stamp) return;
    this.#stamps.delete(file);
    try {
      if (stamp === 'missing') this.#files.delete(file);
      else {
        this.#files.set(file, folder.read(file));
        this.#stamps.set(file, stamp);
      }
    } catch (error) {
      this.#files.setUnreadable(file, `cannot be read: ${messageOf(error)}`);
    }
  }

  /** Logs each problem once, when it appears. */
  #report(): void {
    const now = new Map(this.problems().map((problem) => [JSON.stringify(problem), problem]));
    for (const [id, { severity, ...problem }] of now) {
      if (!this.#reported.has(id)) this.#options.logger[severity === 'error' ? 'error' : 'warn'](problem, 'a configuration file has a problem');
    }
    const others = now.size !== this.#reported.size || [...now.keys()].some((id) => !this.#reported.has(id));
    this.#reported = new Set(now.keys());
    if (others) this.#options.onProblems();
  }
}
