import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@flotilla/testing';
import { expect, it } from 'vitest';
import { composeProject } from '../src/compose-mesh.ts';
import { Compose, docker, imageOf } from '../src/compose.ts';
import { killSuite } from '../src/killed-suite.ts';

it('leaves nothing of a suite that is killed', async () => {
  const project = `${process.env[composeProject.name] ?? ''}-killed`;
  const folder = mkdtempSync(join(tmpdir(), 'flotilla-killed-'));
  writeFileSync(join(folder, 'docker-compose.yml'), JSON.stringify({ services: { app: { image: imageOf('echo'), volumes: ['kept:/kept'] } }, volumes: { kept: {} } }));
  await new Compose(project, folder).run('up', '-d');
  const kept = (...listing: readonly string[]): Promise<string> => docker(...listing, '-q', '--filter', `label=com.docker.compose.project=${project}`);
  expect([await kept('ps', '-a'), await kept('volume', 'ls'), await kept('network', 'ls')]).not.toContain('');

  await killSuite(join(import.meta.dirname, 'take-down.ts'), project, folder);
  await eventually(() => {
    if (existsSync(folder)) throw new Error(`${project} has not been taken down`);
  }, { timeoutMs: 60_000, everyMs: 250 });
  expect([await kept('ps', '-a'), await kept('volume', 'ls'), await kept('network', 'ls')]).toEqual(['', '', '']);
});
