import { watch, type FSWatcher } from 'node:fs';
import { lstat, readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Clock } from '@flotilla/runtime';

/** What a watch tells. Paths are relative to the watched folder, with `/` between their parts; the folder itself is `''`. */
export interface FolderListener {
  /** A file, or something by that name, may have been made, changed or removed. */
  readonly onFile: (path: string) => unknown;
  /** Anything in or below this folder may be different: it came, went, or was replaced. */
  readonly onFolder: (path: string) => void;
  readonly onError: (error: unknown) => void;
}

/** How long until a watched folder that is gone is looked for again. */
const lookAgainMs = 1_000;

/**
 * Watches a folder and those below it, but for hidden ones. Each is watched by itself and never read again when
 * something in it changes: one saved file among thousands costs what one file costs.
 */
export class FolderWatch {
  readonly #root: string;
  readonly #clock: Clock;
  readonly #listener: FolderListener;
  readonly #watchers = new Map<string, FSWatcher>();
  /** Tells the watched folder from another that took its place. */
  #identity: string | undefined;
  #turn: Promise<void> = Promise.resolve();
  #cancelLook: (() => void) | undefined;
  #closed = false;

  constructor(root: string, clock: Clock, listener: FolderListener) {
    this.#root = root;
    this.#clock = clock;
    this.#listener = listener;
  }

  /** Begins to watch; whatever changes after it has resolved is told. */
  async start(): Promise<void> {
    this.#identity = await this.#identityOf('');
    await this.#follow('');
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelLook?.();
    await this.#turn;
    this.#unfollow('');
  }

  async #follow(folder: string): Promise<void> {
    if (this.#closed) return;
    try {
      // Watched before it is read: what comes in between is seen twice rather than never.
      const watcher = watch(join(this.#root, folder));
      this.#watchers.set(folder, watcher);
      watcher.on('change', (event, name: string | Buffer | null) => this.#heard(folder, event, name?.toString()));
      watcher.on('error', this.#listener.onError);
      for (const entry of await readdir(join(this.#root, folder), { withFileTypes: true })) {
        if (entry.isDirectory() && !isHidden(entry.name)) await this.#follow(pathIn(folder, entry.name));
      }
    } catch (error) {
      // A folder may be gone again already: then its parent tells so.
      if (!isAbsence(error)) this.#listener.onError(error);
    }
  }

  #unfollow(folder: string): void {
    for (const [path, watcher] of this.#watchers) {
      if (!isWithin(folder, path)) continue;
      watcher.close();
      this.#watchers.delete(path);
    }
  }

  #heard(folder: string, event: string, name: string | undefined): void {
    if (name === undefined || name === kubernetesLink) this.#listener.onFolder(folder);
    else if (isHidden(name)) return;
    else {
      this.#listener.onFile(pathIn(folder, name));
      if (event === 'rename') this.#inTurn(() => this.#renamed(folder, name));
    }
  }

  /** What was made, moved or removed may be a folder. */
  async #renamed(folder: string, name: string): Promise<void> {
    const path = pathIn(folder, name);
    if (folder === '' && name === basename(this.#root) && (await this.#identityOf('')) !== this.#identity) {
      this.#identity = undefined;
      await this.#rootGone();
      return;
    }
    const was = this.#watchers.has(path);
    const is = (await this.#identityOf(path)) !== undefined;
    if (was) this.#unfollow(path);
    if (is) await this.#follow(path);
    if (was || is) this.#listener.onFolder(path);
  }

  async #rootGone(): Promise<void> {
    this.#unfollow('');
    this.#listener.onFolder('');
    this.#identity = await this.#identityOf('');
    if (this.#identity === undefined) {
      this.#cancelLook = this.#clock.after(lookAgainMs, () => this.#inTurn(() => this.#rootGone()));
      return;
    }
    await this.#follow('');
    this.#listener.onFolder('');
  }

  /** Events are dealt with one after the other, for each looks at the disk as those before it left the watch. */
  #inTurn(work: () => Promise<void>): void {
    this.#turn = this.#turn.then(() => (this.#closed ? undefined : work())).catch(this.#listener.onError);
  }

  /** What tells a folder from others; undefined where there is none. */
  async #identityOf(folder: string): Promise<string | undefined> {
    // A link is not followed, but for the watched folder itself.
    const look = folder === '' ? stat : lstat;
    const found = await look(join(this.#root, folder), { bigint: true }).catch(() => undefined);
    return found?.isDirectory() === true ? `${found.dev} ${found.ino}` : undefined;
  }
}

/** Kubernetes' volumes hold links that lead through this one; an update replaces it, and so all files at once. */
const kubernetesLink = '..data';

/** Dot files and folders: editors' and version control's own. */
export function isHidden(name: string): boolean {
  return name.startsWith('.');
}

/** Whether `path` is a folder itself or something below it. */
export function isWithin(folder: string, path: string): boolean {
  return folder === '' || path === folder || path.startsWith(`${folder}/`);
}

function pathIn(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}

function isAbsence(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
