import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { apiVersionsOf, kinds, readYaml, resourceKey } from '@flotilla/resources';
import { eventually } from '@flotilla/testing';
import { prepareGround, type Ground, type RunningGalley } from '../testing/running-galley.ts';

let ground: Ground;
let galley: RunningGalley;
let configDir: string;

beforeAll(async () => {
  ground = await prepareGround();
  configDir = join(ground.folder, 'config');
  await mkdir(configDir);
  galley = await ground.start({ configDir });
  await galley.ready();
});

afterAll(() => ground.clear());

/** The examples of a kind's page. */
function examplesOf(kind: string): string {
  const file = `${kind.replaceAll(/(?<=[a-z])[A-Z]/g, '-$&').toLowerCase()}.md`;
  const page = readFileSync(new URL(`../../../../docs/resources/${file}`, import.meta.url), 'utf8');
  return [...page.matchAll(/```yaml\n(.*?)```/gs)].map(([, text = '']) => text).join('---\n');
}

describe.each([...kinds])('$kind', ({ kind, group, plural, ...known }) => {
  const { resources } = readYaml(examplesOf(kind), { file: kind, defaultNamespace: 'default' });
  const [first] = resources;
  const [apiVersion] = apiVersionsOf({ kind, group, plural, ...known });
  const some = `/apis/${apiVersion}/namespaces/${first?.metadata.namespace}/${plural}`;

  it('is taken by the paths that kubectl asks, and given back', async () => {
    expect(await galley.call('POST', some, first)).toMatchObject({ status: 201, body: { kind, spec: first?.spec } });
    expect(await galley.call('GET', `${some}/${first?.metadata.name}`)).toMatchObject({ status: 200, body: { kind, spec: first?.spec } });
    expect(await galley.call('GET', some)).toMatchObject({ body: { kind: `${kind}List`, items: [{ kind }] } });
    expect((await galley.call('DELETE', `${some}/${first?.metadata.name}`)).status).toBe(200);
  });

  it('is taken from a file', async () => {
    await writeFile(join(configDir, `${plural}.yaml`), examplesOf(kind));
    await eventually(async () => {
      for (const resource of resources) {
        const { metadata, spec } = resource;
        const found = await galley.call('GET', `/apis/${apiVersion}/namespaces/${metadata.namespace}/${plural}/${metadata.name}`);
        expect([resourceKey(resource), found]).toMatchObject([resourceKey(resource), { status: 200, body: { spec, metadata: { annotations: { 'flotilla.dev/source': `file:${plural}.yaml` } } } }]);
      }
    });
  });
});
