import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const folder = resolve(import.meta.dirname, '../../../examples');

/** The text of a file of `examples/`. */
export function example(file: string): string {
  return readFileSync(join(folder, file), 'utf8');
}

/** The names in `examples/` of all files that can be applied. */
export function exampleFiles(): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.yaml')).sort();
}
