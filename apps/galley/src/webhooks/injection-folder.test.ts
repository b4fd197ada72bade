import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readInjection } from './injection-folder.ts';

describe('what injection is told', () => {
  const folder = mkdtempSync(join(tmpdir(), 'flotilla-injection-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const write = (revision: string, text: string): void => writeFileSync(join(folder, `${revision}.yaml`), text);
  const place = { folder, proxyImage: 'proxy:1' };

  it('is of each revision what its file says, and what else holds', async () => {
    write('default', 'logLevel: info\n');
    write('canary', 'proxyImage: proxy:2\n');
    write('empty', '');
    expect(await readInjection('default', place)).toMatchObject({ revision: 'default', proxyImage: 'proxy:1', logLevel: 'info' });
    expect(await readInjection('canary', place)).toMatchObject({ revision: 'canary', proxyImage: 'proxy:2', logLevel: 'warning' });
    expect(await readInjection('empty', { folder, proxyImage: undefined })).toMatchObject({ revision: 'empty', proxyImage: 'flotilla/proxy:dev' });
    expect(await readInjection('default', { folder: undefined, proxyImage: undefined })).toMatchObject({ revision: 'default' });
  });

  it('counts from the next pod on when it is changed', async () => {
    write('changed', 'logLevel: info\n');
    await readInjection('changed', place);
    write('changed', 'logLevel: debug\n');
    expect(await readInjection('changed', place)).toMatchObject({ logLevel: 'debug' });
  });

  it('is nothing of a revision that there is not, or that would lead elsewhere', async () => {
    write('default', '');
    for (const revision of ['other', '../default', '', 'Default', 'a/b']) await expect(readInjection(revision, place), revision).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(readInjection('canary', { folder: undefined, proxyImage: undefined })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('is refused with all its problems', async () => {
    write('bad', 'logLevel: 1\nnativeSidecar: false\n');
    await expect(readInjection('bad', place)).rejects.toMatchObject({ code: 'INVALID_SETTINGS', problems: [{ path: expect.any(String) as string }, { path: expect.any(String) as string }] });
    write('list', '[]');
    await expect(readInjection('list', place)).rejects.toMatchObject({ code: 'INVALID_SETTINGS' });
    write('broken', '{');
    await expect(readInjection('broken', place)).rejects.toMatchObject({ code: 'INVALID_SETTINGS' });
  });
});
