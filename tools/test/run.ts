/**
 * `npm test`: every suite that needs nothing but this checkout, one after the other, also after one failed.
 * `npm test -- lint unit` runs those alone, `npm run test:compose` the one for a Docker engine, `npm run test:kubernetes` that for a cluster.
 * The last line is `N passed, N failed` over all of them; the exit code is 1 when any failed.
 */
import { delimiter, dirname, join } from 'node:path';
import { FlotillaError } from '@flotilla/errors';
import { obtainTools, workspace } from '../bootstrap/prepare.ts';
import { commands, vitestProject, type Count } from './suite.ts';

const generate = ['nx', 'run-many', '-t', 'generate', '--outputStyle=static'] as const;
const suites = [
  commands('lint', [...generate], ['nx', 'run-many', '-t', 'lint', '--outputStyle=static']),
  commands('typecheck', [...generate], ['tsc', '-p', '.']),
  vitestProject('unit', 'unit'),
  vitestProject('e2e', 'e2e'),
];

/** Run only where they are named: they need a Docker engine, or a cluster. */
const onDemand = [vitestProject('compose', 'compose'), vitestProject('kubernetes', 'kubernetes')];

async function environment(): Promise<NodeJS.ProcessEnv> {
  const tools = await obtainTools((line) => console.log(line));
  const path = [join(workspace, 'node_modules/.bin'), dirname(tools.envoy), dirname(tools.natsServer), process.env['PATH']].join(delimiter);
  return { ...process.env, PATH: path, NX_DAEMON: 'false', NX_TUI: 'false', ENVOY_BIN: tools.envoy, NATS_SERVER_BIN: tools.natsServer };
}

async function main(names: readonly string[]): Promise<void> {
  const all = [...suites, ...onDemand];
  const unknown = names.filter((name) => all.every((suite) => suite.name !== name));
  if (unknown.length > 0) throw new FlotillaError('INVALID_SETTINGS', `There is no suite ${unknown.join(', ')}; there are ${all.map(({ name }) => name).join(', ')}.`);
  process.chdir(workspace);
  const env = await environment();
  const chosen = names.length === 0 ? suites : all.filter(({ name }) => names.includes(name));
  const counts: [string, Count][] = [];
  for (const { name, run } of chosen) {
    console.log(`\n== ${name}`);
    counts.push([name, await run(env)]);
  }
  const total = (kind: keyof Count): number => counts.reduce((sum, [, count]) => sum + count[kind], 0);
  console.log('');
  for (const [name, { passed, failed }] of counts) console.log(`${name.padEnd(10)} ${passed} passed, ${failed} failed`);
  console.log(`${total('passed')} passed, ${total('failed')} failed`);
  if (total('failed') > 0) process.exitCode = 1;
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof FlotillaError)) throw error;
  console.error(error.describe());
  console.log('0 passed, 1 failed');
  process.exitCode = 1;
}
