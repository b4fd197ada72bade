import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { download, fetchText } from './download.ts';
import { runCommand } from './run-command.ts';
import type { Source } from './tool.ts';

/** The SHA-256 that a checksum file (`<hex>  <path>` lines, possibly signed) gives for `asset`. */
export function checksumOf(asset: string, checksums: string): string | undefined {
  const line = checksums.split('\n').map((text) => text.trim()).find((text) => text.split(/\s+\*?/).at(-1)?.split('/').at(-1) === asset);
  return /^[0-9a-f]{64}\b/.exec(line ?? '')?.[0];
}

async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

/**
 * A program published as an asset of a release, its SHA-256 checked against the release's own list.
 * @param place.member the program's path in the asset when that is a .tar.gz
 */
export function downloadedRelease({ base, asset, checksums, member }: { readonly base: string; readonly asset: string; readonly checksums: string; readonly member?: string }): Source {
  return {
    title: `the official release (${base}/${asset})`,
    async obtain(folder, say) {
      const expected = checksumOf(asset, await fetchText(`${base}/${checksums}`));
      if (expected === undefined) throw new Error(`${checksums} of the release does not name ${asset}`);
      const file = join(folder, asset);
      await download(`${base}/${asset}`, (chunks) => writeFile(file, chunks, { mode: 0o755 }), say);
      const found = await sha256(file);
      if (found !== expected) throw new Error(`the SHA-256 of ${asset} is ${found}, the release says ${expected}`);
      if (member === undefined) return file;
      await runCommand('tar', ['-xzf', file, '-C', folder, member], () => undefined);
      return join(folder, member);
    },
  };
}
