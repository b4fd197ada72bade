import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checksumOf, downloadedRelease } from './release.ts';

let folder: string;
let server: Server;
let base: string;
const assets = new Map<string, Buffer>();

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'flotilla-release-'));
  server = createServer((request, response) => {
    const asset = assets.get((request.url ?? '').slice(1));
    response.writeHead(asset === undefined ? 404 : 200).end(asset);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  assets.clear();
  server.close();
  rmSync(folder, { recursive: true });
});

function publish(asset: string, content: Buffer, checksum = createHash('sha256').update(content).digest('hex')): void {
  assets.set(asset, content);
  assets.set('SUMS', Buffer.from(`${'0'.repeat(64)}  another\n${checksum}  ${asset}\n`));
}

const obtain = (asset: string, member?: string): Promise<string> =>
  downloadedRelease({ base, asset, checksums: 'SUMS', ...(member === undefined ? {} : { member }) }).obtain(folder, () => undefined);

describe('a released program', () => {
  it('is downloaded and checked', async () => {
    publish('gadget', Buffer.from('content'));
    expect(readFileSync(await obtain('gadget'), 'utf8')).toBe('content');
  });

  it('is taken out of its archive', async () => {
    mkdirSync(join(folder, 'gadget-1'));
    writeFileSync(join(folder, 'gadget-1/gadget'), 'inside');
    execFileSync('tar', ['-czf', 'made.tar.gz', 'gadget-1'], { cwd: folder });
    publish('gadget.tar.gz', readFileSync(join(folder, 'made.tar.gz')));
    expect(readFileSync(await obtain('gadget.tar.gz', 'gadget-1/gadget'), 'utf8')).toBe('inside');
  });

  it('is refused when it is not what the release says', async () => {
    publish('gadget', Buffer.from('content'), 'f'.repeat(64));
    await expect(obtain('gadget')).rejects.toThrow('the SHA-256 of gadget is');
  });

  it('is refused when the release does not list it, or is not there', async () => {
    publish('gadget', Buffer.from('content'));
    await expect(obtain('gizmo')).rejects.toThrow('does not name gizmo');
    assets.clear();
    await expect(obtain('gadget')).rejects.toThrow('answered 404');
  });
});

it('reads checksum lists as they are published', () => {
  const sum = 'a'.repeat(64);
  expect(checksumOf('gadget', `-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n${sum}  ./gadget\n`)).toBe(sum);
  expect(checksumOf('gadget', `${sum} *gadget\n`)).toBe(sum);
  expect(checksumOf('gadget', `${sum}  gadget.asc\n`)).toBeUndefined();
});
