import { readFileSync, statSync, type BigIntStats } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import type { Clock } from '@flotilla/runtime';
import { FolderWatch, isHidden, type FolderListener } from './folder-watch.ts';

/** What tells one state of a file from another without reading it; `missing` where there is none. */
export interface Stamp {
  readonly text: string;
  /** Missing, or without content: what a file is for a moment while many programs save it. */
  readonly hollow: boolean;
}

/** A folder of configuration files. Paths are relative to it, with `/` between their parts. */
export interface Folder {
  exists(): Promise<boolean>;
  /** All configuration files below it. */
  files(): Promise<string[]>;
  stamp(file: string): Stamp;
  /** The file's text. Files are small: reading one takes less time than handing it to another thread. */
  read(file: string): string;
  /** Hears of configuration files, and of folders, that may have changed; resolves once it does. The function it resolves to ends that. */
  watch(listener: FolderListener): Promise<() => Promise<void>>;
}

/** Opens the folder at `root`. */
export function openFolder(root: string, clock: Clock): Folder {
  return {
    exists: async () => (await stat(root).catch(() => undefined))?.isDirectory() === true,
    async files() {
      const entries = await readdir(root, { recursive: true });
      const paths = entries.map((entry) => entry.split(sep).join('/'));
      return paths.filter(isConfiguration).sort();
    },
    stamp(file) {
      const found = lookAt(join(root, file));
      if (found?.isFile() !== true) return { text: 'missing', hollow: true };
      return { text: `${found.ino} ${found.size} ${found.mtimeNs}`, hollow: found.size === 0n };
    },
    read: (file) => readFileSync(join(root, file), 'utf8'),
    async watch({ onFile, onFolder, onError }) {
      const watch = new FolderWatch(root, clock, { onFile: (path) => isConfiguration(path) && onFile(path), onFolder, onError });
      await watch.start();
      return () => watch.close();
    },
  };
}

function lookAt(path: string): BigIntStats | undefined {
  try {
    return statSync(path, { bigint: true, throwIfNoEntry: false });
  } catch {
    return undefined; // what is above it is no folder any more
  }
}

function isConfiguration(file: string): boolean {
  return /\.(ya?ml|json)$/i.test(file) && !file.split('/').some(isHidden);
}
