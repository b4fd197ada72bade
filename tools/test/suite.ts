import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { countOf } from './vitest-report.ts';

export interface Count {
  readonly passed: number;
  readonly failed: number;
}

/** One part of `npm test`. */
export interface Suite {
  readonly name: string;
  readonly run: (env: NodeJS.ProcessEnv) => Promise<Count>;
}

async function succeeds(command: readonly [string, ...string[]], env: NodeJS.ProcessEnv): Promise<boolean> {
  const [program, ...args] = command;
  const child = spawn(program, args, { stdio: 'inherit', env });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code === 0;
}

/** Commands run one after the other until one fails; together they count as one. */
export function commands(name: string, ...steps: readonly (readonly [string, ...string[]])[]): Suite {
  return {
    name,
    async run(env) {
      for (const step of steps) if (!(await succeeds(step, env))) return { passed: 0, failed: 1 };
      return { passed: 1, failed: 0 };
    },
  };
}

/** A project of vitest.config.ts; every test counts. */
export function vitestProject(name: string, project: string): Suite {
  return {
    name,
    async run(env) {
      const folder = await mkdtemp(join(tmpdir(), 'flotilla-test-'));
      const file = join(folder, 'report.json');
      try {
        const passed = await succeeds(['vitest', 'run', '--project', project, '--reporter=default', '--reporter=json', `--outputFile.json=${file}`], env);
        const text = await readFile(file, 'utf8').catch(() => undefined);
        const count = text === undefined ? { passed: 0, failed: 1 } : countOf(JSON.parse(text) as Parameters<typeof countOf>[0]);
        // An error outside of any test fails the run without a failed test.
        return passed || count.failed > 0 ? count : { ...count, failed: 1 };
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  };
}
