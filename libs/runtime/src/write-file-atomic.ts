import { randomBytes } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Writes a file so that readers see the old content or the new, never a part, even when the power fails.
 * Missing folders are made, for those to enter who may read the file.
 *
 * @param data all of it, or its parts in order as they are made
 * @param mode permissions of the file, as `0o600`; a file that exists gets them too
 */
export async function writeFileAtomic(path: string, data: string | Uint8Array | AsyncIterable<string>, mode: number): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: mode | ((mode & 0o444) >> 2) });
  const draft = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    const file = await open(draft, 'wx', mode);
    try {
      await file.writeFile(data);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}
