import { readFile } from 'node:fs/promises';
import { watch } from 'chokidar';
import { FlotillaError, messageOf } from '@flotilla/errors';
import type { Logger } from '@flotilla/runtime';
import { readWorkloads } from './read-workloads.ts';
import type { Workload } from './workload.ts';

/** A file has to stay as it is for this long before it is read: editors write in pieces. */
const settledMs = 100;

/**
 * Reads the list of workloads.
 * @throws FlotillaError INVALID_SETTINGS where the file cannot be read, INVALID_RESOURCE where it is not valid
 */
export async function loadWorkloads(file: string): Promise<Workload[]> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new FlotillaError('INVALID_SETTINGS', `The file of workloads cannot be read: ${messageOf(error)}`, { cause: error });
  });
  return readWorkloads(text, file);
}

/**
 * Calls `onChange` with the workloads whenever the file has changed. A file that is not valid, or gone, changes
 * nothing: that is logged, and told to `onFailure`.
 *
 * @returns ends the watch
 */
export async function watchWorkloads(file: string, { logger, onChange, onFailure }: {
  readonly logger: Logger;
  readonly onChange: (workloads: readonly Workload[]) => void;
  readonly onFailure: (failure: unknown) => void;
}): Promise<() => Promise<void>> {
  const watcher = watch(file, { ignoreInitial: true, awaitWriteFinish: { stabilityThreshold: settledMs, pollInterval: settledMs / 4 } });
  const read = async (): Promise<void> => {
    try {
      onChange(await loadWorkloads(file));
      logger.info({ file }, 'read the workloads anew');
    } catch (failure) {
      onFailure(failure);
      const reason = failure instanceof FlotillaError ? failure.describe() : messageOf(failure);
      logger.error({ file, reason }, 'the file of workloads was not taken, all stays as it is');
    }
  };
  watcher.on('all', () => void read());
  watcher.on('error', (error) => logger.error({ file, err: error }, 'the file of workloads cannot be watched'));
  await new Promise<void>((ready) => watcher.once('ready', ready));
  return () => watcher.close();
}
