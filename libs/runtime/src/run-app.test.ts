import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const program = fileURLToPath(new URL('testing/program.ts', import.meta.url));

interface Run {
  readonly child: ChildProcess;
  readonly ready: Promise<void>;
  readonly done: Promise<{ code: number | null; messages: string[]; stdout: string; stderr: string }>;
}

function run(...args: string[]): Run {
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const { promise: ready, resolve } = Promise.withResolvers<undefined>();
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
    if (stdout.includes('"ready"')) resolve(undefined);
  });
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const done = once(child, 'close').then(([code]) => ({
    code: code as number | null,
    stdout,
    stderr,
    messages: stdout.split('\n').filter((line) => line.startsWith('{')).map((line) => (JSON.parse(line) as { msg: string }).msg),
  }));
  return { child, ready, done };
}

it('stops in reverse order on SIGTERM', async () => {
  const { child, ready, done } = run();
  await ready;
  child.kill('SIGTERM');
  expect(await done).toMatchObject({ code: 0, stderr: '', messages: ['ready', 'stopping', 'third stopped', 'first stopped'] });
});

it('stops the rest when one part cannot stop, and says so', async () => {
  const { child, ready, done } = run('failing stop');
  await ready;
  child.kill('SIGINT');
  expect(await done).toMatchObject({ code: 1, messages: ['ready', 'stopping', 'failed to stop', 'first stopped'] });
});

it('ends at once on a second SIGINT', async () => {
  const { child, ready, done } = run('stuck');
  await ready;
  child.kill('SIGINT');
  await expect.poll(() => (child.kill('SIGINT'), child.exitCode)).toBe(130);
  expect(await done).toMatchObject({ code: 130 });
});

it('shows a coded error as one message and any other with its stack, after stopping what was started', async () => {
  expect(await run('coded').done).toMatchObject({ code: 1, stderr: '127.0.0.1:1 is taken\n', messages: ['first stopped'] });
  const broken = await run('broken').done;
  expect(broken).toMatchObject({ code: 1, messages: ['the start failed', 'first stopped'] });
  expect(broken.stdout).toContain('program.ts');
});

it('logs errors that nobody handles and exits', async () => {
  expect(await run('later').done).toMatchObject({ code: 1, messages: ['ready', 'an error nobody handled', 'first stopped'] });
  const rejected = await run('rejected').done;
  expect(rejected.code).toBe(1);
  expect(rejected.messages).toContain('a rejection nobody handled');
});

it('prints help, and every wrong setting', async () => {
  expect(await run('settings', '--help').done).toMatchObject({ code: 0, stderr: '' });
  const wrong = await run('settings', '--a', '--b=1').done;
  expect(wrong).toMatchObject({ code: 1, messages: ['first stopped'] });
  expect(wrong.stderr).toBe('the settings of program are not valid; program --help lists them\n  - --a: there is no such flag\n  - --b: there is no such flag\n');
});
