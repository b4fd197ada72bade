import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { FlotillaError, messageOf } from '@flotilla/errors';
import { runCommand } from './run-command.ts';
import type { Say } from './tool.ts';

const inputs = ['apps', 'libs', 'protos', 'tools/build', 'tools/codegen', 'package-lock.json', 'nx.json', 'tsconfig.base.json'];
const notInputs = new Set(['dist', 'gen', 'node_modules', 'scenarios']);

function filesOf(workspace: string, path: string): string[] {
  if (/\.[a-z]+$/.test(path)) return [path];
  return readdirSync(join(workspace, path), { withFileTypes: true }).flatMap((entry) => {
    const inner = join(path, entry.name);
    if (entry.isFile()) return [inner];
    return entry.isDirectory() && !notInputs.has(entry.name) ? filesOf(workspace, inner) : [];
  });
}

/** A digest of everything the build reads: equal digests, equal build. */
export function digestOfSources(workspace: string): string {
  const hash = createHash('sha256');
  for (const path of inputs.flatMap((input) => filesOf(workspace, input)).sort()) {
    hash.update(path).update('\0').update(readFileSync(join(workspace, path))).update('\0');
  }
  return hash.digest('hex');
}

/** The apps that are bundled: those with a `build` target. */
function bundles(workspace: string): string[] {
  return readdirSync(join(workspace, 'apps'))
    .filter((app) => {
      const manifest = join(workspace, 'apps', app, 'package.json');
      if (!existsSync(manifest)) return false;
      const { nx } = JSON.parse(readFileSync(manifest, 'utf8')) as { nx?: { targets?: Record<string, unknown> } };
      return nx?.targets?.['build'] !== undefined;
    })
    .map((app) => join(workspace, 'apps', app, 'dist/main.js'));
}

/**
 * Builds what changed since the last build. Asking nx costs seconds even when nothing did, so a digest of all
 * sources is kept beside its cache and answers that case.
 * @throws FlotillaError INTERNAL with the last lines of a build that failed
 */
export async function buildWhatChanged(workspace: string, say: Say): Promise<void> {
  const stamp = join(workspace, '.nx/flotilla-built');
  const digest = digestOfSources(workspace);
  const built = existsSync(stamp) && readFileSync(stamp, 'utf8') === digest && bundles(workspace).every((path) => existsSync(path));
  if (built) return;
  say('building what changed');
  try {
    await runCommand(join(workspace, 'node_modules/.bin/nx'), ['run-many', '-t', 'build', '--outputStyle=static'], (line) => {
      if (line.includes('✔') || line.includes('✖') || line.includes('rror')) say(line.trim());
    }, { NX_DAEMON: 'false', NX_TUI: 'false', FORCE_COLOR: '0', PATH: `${join(workspace, 'node_modules/.bin')}:${process.env['PATH'] ?? ''}` });
  } catch (error) {
    throw new FlotillaError('INTERNAL', `The build failed: ${messageOf(error)}. See all of it with: npm run build`, { cause: error });
  }
  await mkdir(join(workspace, '.nx'), { recursive: true });
  writeFileSync(stamp, digest);
}
