import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@flotilla/testing';
import { expect, it } from 'vitest';
import { echoService } from '../src/echo-pod.ts';
import { killSuite } from '../src/killed-suite.ts';
import { kubectl } from '../src/kubectl.ts';

it('leaves nothing of a suite that is killed', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'flotilla-killed-'));
  await writeFile(join(folder, 'kustomization.yaml'), 'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nnamespace: flotilla-killed\nresources: [installed.yaml]\n');
  await writeFile(join(folder, 'installed.yaml'), 'apiVersion: v1\nkind: Namespace\nmetadata: {name: flotilla-killed}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: installed}\n');
  await kubectl(['apply', '-k', folder]);
  await kubectl(['apply', '-f', '-'], JSON.stringify(echoService('of-killed')));
  const left = async (): Promise<string[]> =>
    [await kubectl(['get', 'namespace', 'flotilla-killed', '--ignore-not-found']), await kubectl(['-n', 'default', 'get', 'service', 'of-killed', '--ignore-not-found'])];
  expect(await left()).not.toContain('');

  await killSuite(join(import.meta.dirname, 'take-down.ts'), folder);
  await eventually(async () => expect(await left()).toEqual(['', '']), { timeoutMs: 120_000, everyMs: 500 });
  await rm(folder, { recursive: true });
});
