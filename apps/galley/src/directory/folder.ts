import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { watch } from 'chokidar';

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
  stamp(file: string): Promise<Stamp>;
  read(file: string): Promise<string>;
  /** Hears of files that may have changed; resolves once it does. The function it resolves to ends that. */
  watch(onChange: (file: string) => void, onError: (error: unknown) => void): Promise<() => Promise<void>>;
}

/** Opens the folder at `root`. */
export function openFolder(root: string): Folder {
  return {
    exists: async () => (await stat(root).catch(() => undefined))?.isDirectory() === true,
    async files() {
      const entries = await readdir(root, { recursive: true });
      const paths = entries.map((entry) => entry.split(sep).join('/'));
      return paths.filter(isConfiguration).sort();
    },
    async stamp(file) {
      const found = await stat(join(root, file), { bigint: true }).catch(() => undefined);
      if (found?.isFile() !== true) return { text: 'missing', hollow: true };
      return { text: `${found.ino} ${found.size} ${found.mtimeNs}`, hollow: found.size === 0n };
    },
    read: (file) => readFile(join(root, file), 'utf8'),
    watch: (onChange, onError) =>
      new Promise((resolve) => {
        // Saves by rename are seen as they happen; that a file is whole is found out by looking at it twice.
        const watcher = watch(root, { ignoreInitial: true, atomic: false, ignored: (path) => isHidden(relative(root, path)) });
        watcher.on('all', (_event, path) => {
          const file = relative(root, path).split(sep).join('/');
          if (isConfiguration(file)) onChange(file);
        });
        watcher.on('error', onError);
        watcher.on('ready', () => resolve(() => watcher.close()));
      }),
  };
}

function isConfiguration(file: string): boolean {
  return /\.(ya?ml|json)$/i.test(file) && !isHidden(file);
}

/** Dot files and folders: editors' and version control's own. */
function isHidden(file: string): boolean {
  return file.split(/[\\/]/).some((part) => part.startsWith('.') && part !== '.' && part !== '..');
}
