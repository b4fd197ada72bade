import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { obtainTool } from './obtain-tool.ts';
import { isAtLeast, type Source, type Tool } from './tool.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'flotilla-bootstrap-'))));
afterEach(() => rmSync(folder, { recursive: true }));

/** A program `gadget` that prints its version, in a folder of its own. */
function program(place: string, version: string): string {
  mkdirSync(join(folder, place), { recursive: true });
  const path = join(folder, place, 'gadget');
  writeFileSync(path, `#!/bin/sh\necho "gadget v${version}"\n`, { mode: 0o755 });
  return path;
}

function tool(...sources: Source[]): Tool {
  return { name: 'gadget', title: 'Gadget', variable: 'GADGET_BIN', oldest: '2.12.0', because: 'a reason', versionFlag: '--version', version: /v(\d+\.\d+\.\d+)/, sources };
}

function obtain(wanted: Tool, env: NodeJS.ProcessEnv) {
  return obtainTool(wanted, { env, bin: join(folder, 'bin'), say: () => undefined });
}

const brings = (version: string): Source => ({ title: 'a shop', obtain: () => Promise.resolve(program('shop', version)) });
const closed: Source = { title: 'a closed shop', obtain: () => Promise.reject(new Error('cannot be reached')) };

describe('where a tool comes from', () => {
  it('is the environment, then the PATH, then what was obtained earlier', async () => {
    const named = program('named', '3.0.0');
    const onPath = program('path', '2.12.0');
    program('bin', '2.13.0');
    const PATH = `/nowhere:${join(folder, 'path')}`;
    expect(await obtain(tool(), { GADGET_BIN: named, PATH })).toMatchObject({ path: named, version: '3.0.0' });
    expect(await obtain(tool(), { PATH })).toMatchObject({ path: onPath, how: 'found on the PATH' });
    expect(await obtain(tool(), { PATH: '/nowhere' })).toMatchObject({ version: '2.13.0', how: 'obtained earlier' });
  });

  it('passes over one on the PATH that is too old', async () => {
    program('path', '2.9.0');
    program('bin', '2.12.1');
    expect(await obtain(tool(), { PATH: join(folder, 'path') })).toMatchObject({ version: '2.12.1' });
  });

  it('refuses one that the environment names and that is too old', async () => {
    await expect(obtain(tool(brings('3.0.0')), { GADGET_BIN: program('named', '2.9.0') })).rejects.toMatchObject({ code: 'TOOL_MISSING', message: expect.stringContaining('2.9.0; 2.12.0 is needed') as string });
  });

  it('is the first source that is open, installed whole', async () => {
    const found = await obtain(tool(closed, brings('2.15.2')), { PATH: '/nowhere' });
    expect(found).toMatchObject({ path: join(folder, 'bin/gadget'), version: '2.15.2', how: 'obtained from a shop' });
    expect(readdirSync(join(folder, 'bin'))).toEqual(['gadget']);
  });

  it('is nowhere: one error names all that was tried, and nothing is left', async () => {
    const missing = obtain(tool(closed, brings('1.0.0')), { PATH: '/nowhere' });
    await expect(missing).rejects.toMatchObject({ code: 'TOOL_MISSING' });
    const error = (await missing.catch((thrown: unknown) => thrown)) as { describe(): string };
    expect(error.describe()).toMatch(/GADGET_BIN[^]*not on the PATH[^]*a closed shop: cannot be reached[^]*a shop: .*1\.0\.0; 2\.12\.0 is needed/);
    expect(readdirSync(folder)).not.toContain('bin');
  });
});

it.each([
  ['2.12.0', true],
  ['2.12.1', true],
  ['3.0.0', true],
  ['2.11.9', false],
  ['1.40.0', false],
])('compares version %s with 2.12.0', (version, enough) => {
  expect(isAtLeast(version, '2.12.0')).toBe(enough);
});
