import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FlotillaError, messageOf } from '@flotilla/errors';
import { readInjectionOptions, type InjectionOptions } from '@flotilla/injection';
import { isRecord } from '@flotilla/resources';
import { parse } from 'yaml';

/** The revision of pods that name none. */
export const defaultRevision = 'default';

/** What a namespace may be labelled with, which cannot lead out of the folder. */
const revisionName = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

export interface InjectionPlace {
  /** Has a file `<revision>.yaml` for each revision; without a folder there is the default one alone, which is told nothing. */
  readonly folder: string | undefined;
  /** Taken where a file names no image. */
  readonly proxyImage: string | undefined;
}

/**
 * What injection is told for a revision, read anew for each pod: there are few, and a ConfigMap that is changed counts at once.
 *
 * @throws FlotillaError NOT_FOUND for a revision that there is not, INVALID_SETTINGS with every problem of its file
 */
export async function readInjection(revision: string, { folder, proxyImage }: InjectionPlace): Promise<InjectionOptions> {
  const document = await documentOf(revision, folder);
  const standard = { revision, ...(proxyImage === undefined ? {} : { proxyImage }) };
  const read = readInjectionOptions(document === null || isRecord(document) ? { ...standard, ...document } : document);
  if ('problems' in read) throw new FlotillaError('INVALID_SETTINGS', `What injection is told for the revision ${revision} cannot be taken`, { problems: read.problems });
  return read.options;
}

async function documentOf(revision: string, folder: string | undefined): Promise<unknown> {
  if (folder === undefined && revision === defaultRevision) return null;
  if (folder === undefined || !revisionName.test(revision)) throw unknown(revision);
  try {
    return parse(await readFile(join(folder, `${revision}.yaml`), 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw unknown(revision);
    throw new FlotillaError('INVALID_SETTINGS', `What injection is told for the revision ${revision} cannot be read: ${messageOf(error)}`, { cause: error });
  }
}

function unknown(revision: string): FlotillaError {
  return new FlotillaError('NOT_FOUND', `there is no revision ${revision} to inject pods by`);
}
