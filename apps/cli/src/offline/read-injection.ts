import { FlotillaError } from '@flotilla/errors';
import { readInjectionOptions, type InjectionOptions } from '@flotilla/injection';
import type { Terminal } from '../terminal.ts';
import { readOne } from './read-one.ts';

/**
 * What injection is told by a file; without one, what it is told by nobody.
 * @throws FlotillaError NOT_FOUND, INVALID_SETTINGS with every problem
 */
export async function readInjection(file: string | undefined, terminal: Terminal): Promise<InjectionOptions> {
  const read = readInjectionOptions(file === undefined ? {} : await readOne(file, terminal));
  if ('problems' in read) throw new FlotillaError('INVALID_SETTINGS', `${file ?? ''} cannot be taken:`, { problems: read.problems });
  return read.options;
}
