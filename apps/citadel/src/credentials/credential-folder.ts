import { readFile, stat } from 'node:fs/promises';
import { describeProblem, messageOf } from '@flotilla/errors';
import type { Logger } from '@flotilla/runtime';
import { watch } from 'chokidar';
import { parseAllDocuments } from 'yaml';
import { readCredential, type Credential } from './credential.ts';

/** A file has to stay as it is for this long before it is read: editors write in pieces. */
const settledMs = 100;

/**
 * Follows a folder of Kubernetes Secrets in YAML or JSON. A file that cannot be read as it should leaves
 * what it gave before as it was, and that is logged.
 *
 * @param onChange told of all credentials of the folder, at first and after each change, by the names of their files
 * @returns ends the watch
 */
export async function watchCredentials(folder: string, logger: Logger, onChange: (credentials: readonly Credential[]) => void): Promise<() => Promise<void>> {
  const files = new Map<string, readonly Credential[]>();
  const tell = (): void => onChange([...files.keys()].sort().flatMap((file) => files.get(file) ?? []));
  const take = async (file: string): Promise<void> => {
    const credentials = await readFileOf(file, logger);
    if (credentials === undefined) return;
    files.set(file, credentials);
    tell();
  };
  // One after the other, so that the last to change is the last to be read.
  let work: Promise<void> = Promise.resolve();
  const queue = (step: () => Promise<void> | void): void => {
    work = work.then(step).catch((error: unknown) => logger.error({ err: error }, 'the folder of credentials could not be followed'));
  };
  const watcher = watch(folder, {
    awaitWriteFinish: { stabilityThreshold: settledMs, pollInterval: settledMs / 4 },
    ignored: (path, stats) => stats?.isFile() === true && !/\.(ya?ml|json)$/.test(path),
  });
  watcher.on('add', (file) => queue(() => take(file)));
  watcher.on('change', (file) => queue(() => take(file)));
  watcher.on('unlink', (file) => queue(() => {
    if (files.delete(file)) tell();
  }));
  watcher.on('error', (error) => logger.error({ folder, err: error }, 'the folder of credentials cannot be watched'));
  await new Promise<void>((ready) => watcher.once('ready', ready));
  await work;
  return () => watcher.close();
}

async function readFileOf(file: string, logger: Logger): Promise<Credential[] | undefined> {
  try {
    if (((await stat(file)).mode & 0o077) !== 0) logger.warn({ file }, 'others on this machine can read a file of credentials');
    const documents = parseAllDocuments(await readFile(file, 'utf8'));
    const broken = documents.flatMap(({ errors }) => errors.map(({ code, linePos }) => `${code} in line ${linePos?.[0].line ?? 0}`));
    const read = broken.length > 0 ? [] : documents.map((document) => readCredential(document.toJS()));
    const problems = [...broken, ...read.flatMap((one) => ('problems' in one ? one.problems.map(describeProblem) : []))];
    if (problems.length > 0) {
      logger.error({ file, problems }, 'a file of credentials was not taken, what it gave before stays');
      return undefined;
    }
    logger.info({ file, credentials: read.length }, 'read credentials');
    return read.flatMap((one) => ('credential' in one ? [one.credential] : []));
  } catch (error) {
    logger.error({ file, reason: messageOf(error) }, 'a file of credentials could not be read');
    return undefined;
  }
}
