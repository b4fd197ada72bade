/**
 * `npm run bench`: how long fleets of proxies take to be configured and to take changes in, by a real control plane.
 * `npm run bench -- growth storm` makes these runs, `-- all` makes all; `-- --help` lists runs and flags.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { FlotillaError } from '@flotilla/errors';
import { loadSettings, runCommand, Type } from '@flotilla/runtime';
import { coldStart } from './runs/cold-start.ts';
import { envoys } from './runs/envoys.ts';
import { growth } from './runs/growth.ts';
import { replicas } from './runs/replicas.ts';
import { rest } from './runs/rest.ts';
import { scoped } from './runs/scoped.ts';
import { standard } from './runs/standard.ts';
import { storm } from './runs/storm.ts';
import { usualSize, type Run, type Size } from './run.ts';
import { markdown, type Table } from './table.ts';

const runs: readonly Run[] = [standard, growth, scoped, coldStart, storm, replicas, rest, envoys];

const size = (what: string) => Type.Optional(Type.Integer({ minimum: 1, description: what }));
const settingsSchema = Type.Object({
  services: size('Services in the mesh, each with a DestinationRule and a VirtualService.'),
  endpoints: size('Endpoints of each service.'),
  proxies: size('Proxies that connect.'),
  namespaces: size('Namespaces that the proxies are in; each is a scope of its own.'),
  rounds: size('Times that each change is made.'),
  seconds: size('How long a storm lasts.'),
  out: Type.String({ default: '.flotilla/bench.json', description: 'File for the numbers.' }),
});

function chosen(names: readonly string[]): readonly Run[] {
  if (names.length === 0) return [standard];
  if (names.includes('all')) return runs;
  const unknown = names.filter((name) => runs.every((run) => run.name !== name));
  if (unknown.length > 0) throw new FlotillaError('INVALID_SETTINGS', `There is no run ${unknown.join(', ')}; there are ${runs.map(({ name }) => name).join(', ')} and all.`);
  return runs.filter(({ name }) => names.includes(name));
}

/** What differs from a run's own size: the flags that were given. */
function sizeOf(run: Run, given: Partial<Size>): Size {
  return { ...usualSize, ...run.size, ...Object.fromEntries(Object.entries(given).filter(([name]) => name in usualSize)) };
}

async function measured(run: Run, size: Size): Promise<readonly Table[]> {
  const folder = mkdtempSync(join(tmpdir(), `flotilla-bench-${run.name}-`));
  try {
    return await run.measure(size, folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function main(): Promise<void> {
  const args = process.argv.slice(2);
  const flagsAt = args.findIndex((arg) => arg.startsWith('-'));
  const [names, argv] = flagsAt === -1 ? [args, []] : [args.slice(0, flagsAt), args.slice(flagsAt)];
  const description = `Measures a real control plane. Names before the flags say what is run:\n${runs.map(({ name, about }) => `  ${name.padEnd(11)} ${about}`).join('\n')}\nEach has a size of its own; flags change it.`;
  const { out, ...given } = loadSettings(settingsSchema, { argv, env: {}, name: 'npm run bench -- [RUN...]', description });
  const file = resolve(out);
  mkdirSync(dirname(file), { recursive: true });
  const results: object[] = [];
  for (const run of chosen(names)) {
    const size = sizeOf(run, given);
    const tables = await measured(run, size);
    for (const table of tables) console.log(`\n${markdown(table)}`);
    results.push({ run: run.name, size, tables });
    // After each run, so that one that fails takes nothing of those before it.
    writeFileSync(file, `${JSON.stringify({ at: new Date().toISOString(), node: process.version, cores: cpus().length, results }, null, 2)}\n`);
  }
  console.log(`\nWritten to ${file}`);
}

await runCommand(main);
