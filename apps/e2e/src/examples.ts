import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

/** The text of a file of `examples/`. */
export function example(file: string): string {
  return readFileSync(resolve(import.meta.dirname, '../../../examples', file), 'utf8');
}
