/**
 * Brings up one mesh by docker compose for all tests of the suite, from what a clean clone would hold, and takes it
 * down with everything it kept. It runs on the engine that `docker` reaches.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { freePorts } from '@flotilla/testing';
import { composeProject } from '../src/compose-mesh.ts';
import { Compose, docker, imageOf } from '../src/compose.ts';
import { takingDown } from '../src/taking-down.ts';

const workspace = resolve(import.meta.dirname, '../../..');
const published = ['GATEWAY', 'GALLEY', 'PILOT', 'MIXER', 'CITADEL', 'PROMETHEUS'];

/** A folder with the files of the checkout that git has, or would take. */
function cleanClone(): string {
  const folder = mkdtempSync(join(tmpdir(), 'flotilla-clone-'));
  const files = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--deduplicate'], { cwd: workspace, encoding: 'utf8' }).split('\0');
  for (const file of files.filter((name) => name !== '')) cpSync(join(workspace, file), join(folder, file), { force: true });
  return folder;
}

export async function setup(): Promise<() => Promise<void>> {
  await docker('compose', 'version').catch((error: unknown) => {
    throw new Error('test:compose needs docker with the compose plugin, version 2', { cause: error });
  });
  await docker('info', '--format', '{{.ServerVersion}}').catch((error: unknown) => {
    throw new Error('test:compose needs a Docker engine that answers; set DOCKER_HOST where it is not the usual one', { cause: error });
  });
  const ports = await freePorts(published.length);
  published.forEach((name, index) => (process.env[`FLOTILLA_${name}_PORT`] = String(ports[index])));
  process.env['FLOTILLA_TAG'] = 'test';
  const folder = cleanClone();
  const project = `flotilla-test-${process.pid}`;
  process.env[composeProject.name] = project;
  process.env[composeProject.folder] = folder;
  const compose = new Compose(project, folder);
  const takeDown = takingDown(join(import.meta.dirname, 'take-down.ts'), project, folder);
  try {
    await compose.run('build');
    await docker('build', '--target', 'echo', '-t', imageOf('echo'), folder);
    await compose.run('up', '-d', '--wait');
  } catch (error) {
    const logs = await compose.run('logs', '--tail', '20', '--no-color').catch(String);
    await takeDown();
    throw new Error(`the mesh did not come up:\n${logs}`, { cause: error });
  }
  return takeDown;
}
