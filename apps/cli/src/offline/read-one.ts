import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { FlotillaError, messageOf } from '@flotilla/errors';
import { parse } from 'yaml';
import type { Terminal } from '../terminal.ts';

/**
 * The one YAML or JSON document in a file.
 * @throws FlotillaError NOT_FOUND or MALFORMED_REQUEST
 */
export async function readOne(path: string, terminal: Terminal): Promise<unknown> {
  let text: string;
  try {
    text = path === '-' ? await terminal.readInput() : readFileSync(resolve(terminal.cwd, path), 'utf8');
  } catch (error) {
    throw new FlotillaError('NOT_FOUND', `${path} cannot be read: ${messageOf(error)}`);
  }
  try {
    return parse(text) as unknown;
  } catch (error) {
    throw new FlotillaError('MALFORMED_REQUEST', `${path} is neither YAML nor JSON: ${messageOf(error)}`);
  }
}
