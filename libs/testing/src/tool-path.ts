import { existsSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';

/**
 * Where the program `name` is: on the PATH, or where the bootstrap put it (`.flotilla/bin`).
 * Throws, saying how to get it, where it is in neither.
 */
export function toolPath(name: string): string {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), resolve(import.meta.dirname, '../../../.flotilla/bin')];
  const found = folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
  if (found === undefined) throw new Error(`${name} is neither on the PATH nor in .flotilla/bin; run: npm run tools`);
  return found;
}
