import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { eventually, freePorts, Hopeless, startProcess, type TestProcess } from '@flotilla/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { get } from '../../src/load.ts';
import { portFlags } from '../../src/process-mesh.ts';

const workspace = resolve(import.meta.dirname, '../../../..');

/** A newcomer's PATH: without the programs of this checkout, the pinned Node among them. */
const path = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => !folder.startsWith(workspace)).join(delimiter);

/** Processes whose working directory or command line lies in `folder`. */
function processesOf(folder: string): string[] {
  return readdirSync('/proc').filter((entry) => /^\d+$/.test(entry)).flatMap((pid) => {
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
      return command.includes(folder) || readlinkSync(`/proc/${pid}/cwd`).startsWith(folder) ? [`${pid}: ${command}`] : [];
    } catch {
      return []; // ended while we looked
    }
  });
}

describe('npm start in a clean copy of the checkout', () => {
  let copy: string;
  let ports: number[];
  const start = (extra: readonly string[] = []): TestProcess =>
    startProcess('npm', ['start', '--', '--addresses', '127.29.0.0', ...portFlags.flatMap((name, index) => [`--${name}-port`, String(ports[index])]), ...extra], { cwd: copy, env: { PATH: path }, foreground: true });
  const ready = (process: TestProcess, timeoutMs: number): Promise<void> =>
    eventually(() => {
      if (process.ended()) throw new Hopeless(`npm start ended:\n${process.output()}`);
      if (!/^Flotilla is ready/m.test(process.output())) throw new Error(`no ready line:\n${process.output()}`);
    }, { timeoutMs });

  beforeAll(async () => {
    copy = mkdtempSync(join(tmpdir(), 'flotilla-copy-'));
    const files = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: workspace, encoding: 'utf8' });
    for (const file of files.split('\0').filter((name) => name !== '' && existsSync(join(workspace, name)))) {
      mkdirSync(dirname(join(copy, file)), { recursive: true });
      cpSync(join(workspace, file), join(copy, file));
    }
    ports = await freePorts(portFlags.length);
  });
  afterAll(() => {
    rmSync(copy, { recursive: true, force: true });
  });

  it('installs, builds, comes to its ready line, serves a page and leaves nothing behind', { timeout: 600_000 }, async () => {
    const first = start();
    await ready(first, 540_000);
    const page = await get(`http://localhost:${ports[portFlags.indexOf('gateway')]}/productpage`);
    expect(page.status).toBe(200);
    expect(page.body).toContain('The Comedy of Errors');
    await first.stop('SIGINT');
    await eventually(() => expect(processesOf(copy)).toEqual([]), { timeoutMs: 15_000 });
  });

  it('is ready again in seconds', { timeout: 120_000 }, async () => {
    const again = start();
    await ready(again, 60_000);
    await again.stop('SIGINT');
    await eventually(() => expect(processesOf(copy)).toEqual([]), { timeoutMs: 15_000 });
  });

  it('says in one line which port is taken, and starts nothing', { timeout: 60_000 }, async () => {
    const pilotPort = ports[portFlags.indexOf('pilot')] ?? 0;
    const squatter = createServer();
    await new Promise<void>((listening) => squatter.listen(pilotPort, '127.0.0.1', listening));
    const refused = start();
    await eventually(() => expect(refused.ended()).toBe(true), { timeoutMs: 30_000 });
    expect(refused.child.exitCode).not.toBe(0);
    expect(refused.output()).toMatch(new RegExp(`${pilotPort}.*--pilot-port`));
    expect(processesOf(copy)).toEqual([]);
    await new Promise((closed) => squatter.close(closed));
  });
});
