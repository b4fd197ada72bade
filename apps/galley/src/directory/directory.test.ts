import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MeshResource } from '@flotilla/resources';
import { eventually } from '@flotilla/testing';
import { prepareGround, type Ground, type RunningGalley } from '../testing/running-galley.ts';

const base = '/apis/networking.istio.io/v1/namespaces/default/virtualservices';

let ground: Ground;
let configDir: string;

beforeEach(async () => {
  ground = await prepareGround();
  configDir = join(ground.folder, 'config');
  await mkdir(configDir);
});

afterEach(() => ground.clear());

async function start(): Promise<RunningGalley> {
  const galley = await ground.start({ configDir });
  await galley.ready();
  return galley;
}

function yaml(name: string, weight = 100): string {
  return `---\napiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata:\n  name: ${name}\nspec:\n  hosts: [${name}]\n  http:\n  - route:\n    - destination: {host: ${name}}\n      weight: ${weight}\n`;
}

async function save(file: string, text: string): Promise<void> {
  await mkdir(join(configDir, file, '..'), { recursive: true });
  await writeFile(join(configDir, file), text);
}

async function names(galley: RunningGalley): Promise<string[]> {
  return ((await galley.call('GET', base)).body as { items: MeshResource[] }).items.map(({ metadata }) => metadata.name);
}

async function weightOf(galley: RunningGalley, name: string): Promise<unknown> {
  const { spec } = (await galley.call('GET', `${base}/${name}`)).body as { spec?: { http: { route: { weight: number }[] }[] } };
  return spec?.http[0]?.route[0]?.weight;
}

async function problems(galley: RunningGalley): Promise<Record<string, unknown>[]> {
  return ((await galley.call('GET', '/v1/problems')).body as { items: Record<string, unknown>[] }).items;
}

describe('a watched folder', () => {
  it('is taken in as a whole, and followed as files are saved, renamed into place, added below and deleted', async () => {
    await save('a.yaml', yaml('a') + yaml('b'));
    const galley = await start();
    expect(await names(galley)).toEqual(['a', 'b']);

    await save('a.yaml', yaml('a', 40));
    await eventually(async () => expect([await names(galley), await weightOf(galley, 'a')]).toEqual([['a'], 40]));
    await save('a.yaml.tmp', yaml('a', 30));
    await rename(join(configDir, 'a.yaml.tmp'), join(configDir, 'a.yaml'));
    await eventually(async () => expect(await weightOf(galley, 'a')).toBe(30));
    await save('deep/er/c.yml', yaml('c'));
    await eventually(async () => expect(await names(galley)).toEqual(['a', 'c']));
    await rm(join(configDir, 'a.yaml'));
    await eventually(async () => expect(await names(galley)).toEqual(['c']));
    await rm(join(configDir, 'deep'), { recursive: true });
    await eventually(async () => expect(await names(galley)).toEqual([]));
  });

  it('keeps the last good version of a bad file, and says where it is wrong', async () => {
    await save('a.yaml', yaml('a') + yaml('b'));
    const galley = await start();
    await save('a.yaml', yaml('a', 40) + '---\napiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata:\n  name: b\nspec:\n  hosts: 5\n');
    await eventually(async () => expect(await problems(galley)).toEqual([
      expect.objectContaining({ file: 'a.yaml', line: 18, ref: 'VirtualService/default/b', path: 'spec.hosts', severity: 'error' }),
    ]));
    expect([await names(galley), await weightOf(galley, 'a')]).toEqual([['a', 'b'], 100]);
    expect(galley.log.filter(({ file }) => file === 'a.yaml')).toHaveLength(1);
    await galley.stop();

    const again = await start();
    expect([await names(again), await weightOf(again, 'a')]).toEqual([['a', 'b'], 100]);
    await save('a.yaml', yaml('a', 40));
    await eventually(async () => expect([await names(again), await problems(again)]).toEqual([['a'], []]));
  });

  it('removes, when it starts, what a file that was deleted meanwhile had defined', async () => {
    await save('a.yaml', yaml('a'));
    await save('b.yaml', yaml('b'));
    const first = await start();
    await first.call('POST', base, yaml('by-rest'), 'application/yaml');
    await first.stop();
    await rm(join(configDir, 'a.yaml'));
    const second = await start();
    expect(await names(second)).toEqual(['b', 'by-rest']);
  });

  it('owns what it defines: the API may not change it, another file may take it over', async () => {
    await save('first.yaml', yaml('a'));
    const galley = await start();
    const refused = await galley.call('PUT', `${base}/a`, yaml('a', 5), 'application/yaml');
    expect(refused).toMatchObject({ status: 409, body: { message: expect.stringContaining('first.yaml') as string } });
    expect((await galley.call('DELETE', `${base}/a`)).status).toBe(409);

    await save('second.yaml', yaml('a', 60));
    await eventually(async () => expect(await problems(galley)).toEqual([expect.objectContaining({ file: 'second.yaml', reason: expect.stringContaining('first.yaml') as string })]));
    expect(await weightOf(galley, 'a')).toBe(100);
    await rm(join(configDir, 'first.yaml'));
    await eventually(async () => expect([await weightOf(galley, 'a'), await problems(galley)]).toEqual([60, []]));
  });

  it('lets no duplicate step in for a file that goes bad, unless that is what was saved', async () => {
    await save('first.yaml', yaml('a'));
    await save('second.yaml', yaml('a', 60));
    const galley = await start();
    await save('first.yaml', yaml('a', 40) + 'oops: [');
    await eventually(async () => expect(await problems(galley)).toEqual([expect.objectContaining({ file: 'first.yaml' })]));
    expect(await weightOf(galley, 'a')).toBe(100);
    await galley.stop();

    const again = await start();
    expect(await weightOf(again, 'a')).toBe(100);
    await save('second.yaml', yaml('a', 70));
    await eventually(async () => expect(await weightOf(again, 'a')).toBe(70));
  });

  it('lets go of what it defined when Galley is started without it', async () => {
    await save('a.yaml', yaml('a'));
    const first = await start();
    await first.stop();
    const second = await ground.start();
    await second.ready();
    expect((await second.call('PUT', `${base}/a`, yaml('a', 5), 'application/yaml')).status).toBe(200);
  });

  it('removes nothing when the folder itself goes away', async () => {
    await save('a.yaml', yaml('a'));
    const galley = await start();
    await rename(configDir, `${configDir}-gone`);
    await eventually(() => expect(galley.log.some(({ reason }) => String(reason).includes('folder is gone'))).toBe(true));
    expect(await names(galley)).toEqual(['a']);
  });

  it('has each of many saves in force', async () => {
    await save('a.yaml', yaml('a', 1));
    const galley = await start();
    const ending = new AbortController();
    const events = galley.watch(`${base}?watch=1`, ending.signal)[Symbol.asyncIterator]();
    await events.next();
    for (let weight = 2; weight < 12; weight += 1) {
      await save('a.yaml', yaml('a', weight));
      expect(JSON.stringify((await events.next()).value)).toContain(`"weight":${weight}`);
    }
    ending.abort();
  });

  it('must be there when Galley starts', async () => {
    await expect(ground.start({ configDir: join(ground.folder, 'nowhere') })).rejects.toMatchObject({ code: 'INVALID_SETTINGS' });
  });
});
