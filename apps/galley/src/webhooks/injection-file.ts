import { readFile } from 'node:fs/promises';
import { FlotillaError, messageOf } from '@flotilla/errors';
import { readInjectionOptions, type InjectionOptions } from '@flotilla/injection';
import { parse } from 'yaml';

/**
 * What injection is told by a file, read anew for each pod: there are few, and a ConfigMap that is changed counts at once.
 *
 * @param path nothing is told where it is absent
 * @throws FlotillaError INVALID_SETTINGS with every problem
 */
export async function readInjectionFile(path: string | undefined): Promise<InjectionOptions> {
  const read = readInjectionOptions(path === undefined ? {} : await documentIn(path));
  if ('problems' in read) throw new FlotillaError('INVALID_SETTINGS', `The injection options in ${path ?? ''} cannot be taken`, { problems: read.problems });
  return read.options;
}

async function documentIn(path: string): Promise<unknown> {
  try {
    return parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw new FlotillaError('INVALID_SETTINGS', `The injection options in ${path} cannot be read: ${messageOf(error)}`, { cause: error });
  }
}
