import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '@flotilla/runtime';
import { openHome, type Home } from './home.ts';
import { MeshFile, type MeshDescription } from './mesh-file.ts';
import { markVariable, meshProcesses } from './mesh-processes.ts';
import { LocalMesh } from './mesh.ts';
import type { Part } from './parts.ts';

let folder: string;
let home: Home;
let said: string[];
let file: MeshFile;
let mesh: LocalMesh;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'flotilla-launcher-'));
  home = openHome(folder);
  said = [];
  file = new MeshFile(home, { urls: {}, ports: {}, tokenFile: '', agentTokenFile: '', launcher: process.pid, pids: {}, workloads: [] });
  mesh = new LocalMesh({ home, file, clock: systemClock, say: (line) => said.push(line) });
});
afterEach(async () => {
  await mesh.stop([]);
  home.release();
  rmSync(folder, { recursive: true });
});

/** A part that runs `script`; it is ready at once unless told otherwise. */
function part(name: string, script: string, more: Partial<Part> = {}): Part {
  return {
    name,
    command: process.execPath,
    args: ['-e', script],
    env: { ...process.env, [markVariable]: home.root },
    ready: () => Promise.resolve(undefined),
    after: [],
    stopWithinMs: 5_000,
    ...more,
  };
}

const forever = 'setInterval(() => {}, 1000)';
const description = (): MeshDescription => JSON.parse(readFileSync(file.path, 'utf8')) as MeshDescription;

describe('a mesh of processes', () => {
  it('starts again what dies, and tells its new process id', async () => {
    await mesh.settle(mesh.start(part('pilot', forever)));
    await expect.poll(() => description().pids['pilot']).toBeGreaterThan(0);
    const before = description().pids['pilot'] ?? 0;
    process.kill(before, 'SIGKILL');
    await expect.poll(() => description().pids['pilot'], { timeout: 5_000 }).not.toBe(before);
    expect(said.join()).toContain('pilot ended (SIGKILL); starting it again');
  });

  it('starts a part after those it needs', async () => {
    let ready = false;
    const first = mesh.start(part('citadel', forever, { ready: () => Promise.resolve(ready ? undefined : 'not yet') }));
    const second = mesh.start(part('pilot', forever, { after: ['citadel'] }));
    await expect.poll(() => description().pids['citadel']).toBeGreaterThan(0);
    expect(description().pids['pilot']).toBeUndefined();
    ready = true;
    await mesh.settle(Promise.all([first, second]));
    await expect.poll(() => description().pids['pilot']).toBeGreaterThan(0);
  });

  it('fails the start with the end of the log when a part ends during it', async () => {
    const start = mesh.start(part('galley', 'console.error("the port is gone"); process.exit(3)', { ready: () => Promise.resolve('no') }));
    await expect(mesh.settle(start)).rejects.toMatchObject({ code: 'NOT_READY', message: expect.stringMatching(/galley could not be started \(exit code 3\)[^]*the port is gone/) as string });
  });

  it('stops in order, and ends what does not stop or was left by others', async () => {
    const log = join(folder, 'order');
    const note = (text: string) => `require('fs').appendFileSync(${JSON.stringify(log)}, '${text} ')`;
    const polite = (name: string) => `process.on('SIGTERM', () => { ${note(name)}; process.exit(0) }); ${note('up')}; ${forever}`;
    const stubborn = `process.on('SIGTERM', () => {}); require('child_process').spawn(process.execPath, ['-e', ${JSON.stringify(forever)}], { detached: true }); ${forever}`;
    writeFileSync(log, '');
    await mesh.settle(Promise.all([mesh.start(part('nats', polite('nats'))), mesh.start(part('agent', polite('agent'))), mesh.start(part('mixer', stubborn, { stopWithinMs: 200 }))]));
    await expect.poll(() => [meshProcesses(home.root).length, readFileSync(log, 'utf8')], { timeout: 5_000 }).toEqual([4, 'up up ']);
    await mesh.stop([['agent'], ['nats']]);
    await expect.poll(() => meshProcesses(home.root)).toEqual([]);
    expect(readFileSync(log, 'utf8')).toBe('up up agent nats ');
  });
});

describe('a home', () => {
  it('is for one launcher', () => {
    expect(() => openHome(folder)).toThrow(`A mesh is running already with ${folder} as its home (process ${process.pid}).`);
    home.release();
    home = openHome(folder);
  });

  it('is taken over from one that died', () => {
    const file = join(home.run, 'launcher.pid');
    const own = readFileSync(file, 'utf8');
    for (const dead of ['4194305 1', `${process.pid} 1`, '']) {
      writeFileSync(file, dead);
      home = openHome(folder);
      expect(readFileSync(file, 'utf8')).toBe(own);
    }
  });
});
