import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MeshResource } from '@flotilla/resources';
import { eventually } from '@flotilla/testing';
import { prepareGround, type Ground, type RunningGalley } from './testing/running-galley.ts';

const base = '/apis/networking.istio.io/v1/namespaces/default/virtualservices';

let ground: Ground;

beforeEach(async () => {
  ground = await prepareGround();
});

afterEach(() => ground.clear());

function document(name: string): object {
  return { apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', metadata: { name }, spec: { hosts: [name], http: [{ route: [{ destination: { host: name } }] }] } };
}

async function names(galley: RunningGalley): Promise<string[]> {
  return ((await galley.call('GET', base)).body as { items: MeshResource[] }).items.map(({ metadata }) => metadata.name);
}

describe('Galley without NATS', () => {
  it('answers reads, refuses writes, and takes them again afterwards', async () => {
    const galley = await ground.start();
    await galley.ready();
    expect((await galley.call('POST', base, document('before'))).status).toBe(201);
    await ground.nats.kill();
    await eventually(async () => expect(await galley.call('POST', base, document('during'))).toMatchObject({ status: 503, body: { reason: 'ServiceUnavailable' } }));
    expect(await names(galley)).toEqual(['before']);
    await ground.nats.restart();
    await eventually(async () => expect((await galley.call('POST', base, document('after'))).status).toBe(201));
    expect(await names(galley)).toEqual(['after', 'before']);
  });

  it('starts from what it knew last, and goes on from there', async () => {
    const first = await ground.start();
    await first.ready();
    await first.call('POST', base, document('known'));
    await first.stop();
    await ground.nats.kill();
    const second = await ground.start();
    await second.ready();
    expect(await names(second)).toEqual(['known']);
    await ground.nats.restart();
    await eventually(async () => expect((await second.call('POST', base, document('more'))).status).toBe(201));
    expect(await names(second)).toEqual(['known', 'more']);
  });

  it('continues after its own restart with the same resources and uids', async () => {
    const first = await ground.start();
    await first.ready();
    await first.call('POST', base, document('kept'));
    const { metadata, spec } = (await first.call('GET', `${base}/kept`)).body as MeshResource;
    await first.stop();
    const second = await ground.start({ dataDir: join(ground.folder, 'other') });
    await second.ready();
    // Its status is worked out anew: the times of its conditions are those of the second.
    const found = (await second.call('GET', `${base}/kept`)).body as MeshResource;
    expect({ metadata: found.metadata, spec: found.spec }).toEqual({ metadata, spec });
  });

  it('fills a store again that NATS lost', async () => {
    const galley = await ground.start();
    await galley.ready();
    const applied = await galley.call('POST', '/v1/apply', [document('a'), document('b'), { apiVersion: 'networking.istio.io/v1', kind: 'WorkloadEntry', metadata: { name: 'vm' }, spec: { address: '10.0.0.1' } }]);
    expect(applied.status).toBe(200);
    const before = (await galley.call('GET', `${base}/a`)).body as MeshResource;
    await ground.nats.kill();
    await rm(ground.nats.storeDir, { recursive: true });
    await ground.nats.restart();
    await eventually(async () => expect((await galley.call('POST', base, document('c'))).status).toBe(201));
    await galley.stop();

    const other = await ground.start({ dataDir: join(ground.folder, 'other') });
    await other.ready();
    expect(await names(other)).toEqual(['a', 'b', 'c']);
    expect(((await other.call('GET', `${base}/a`)).body as MeshResource).metadata.uid).toBe(before.metadata.uid);
    expect((await other.call('GET', '/apis/networking.istio.io/v1/namespaces/default/workloadentries/vm')).status).toBe(200);
  });

  it('fills a store again that NATS lost before it started', async () => {
    const first = await ground.start();
    await first.ready();
    await first.call('POST', base, document('kept'));
    const before = (await first.call('GET', `${base}/kept`)).body as MeshResource;
    await first.stop();
    await ground.nats.kill();
    await rm(ground.nats.storeDir, { recursive: true });
    await ground.nats.restart();
    const second = await ground.start();
    await second.ready();
    await eventually(async () => expect((await second.call('POST', base, document('more'))).status).toBe(201));
    await second.stop();

    const other = await ground.start({ dataDir: join(ground.folder, 'other') });
    await other.ready();
    expect(await names(other)).toEqual(['kept', 'more']);
    expect(((await other.call('GET', `${base}/kept`)).body as MeshResource).metadata.uid).toBe(before.metadata.uid);
  });

  it('commits a file that was saved meanwhile as soon as NATS is back', async () => {
    const configDir = join(ground.folder, 'config');
    await mkdir(configDir);
    const galley = await ground.start({ configDir });
    await galley.ready();
    await ground.nats.kill();
    await writeFile(join(configDir, 'a.json'), JSON.stringify(document('from-file')));
    await eventually(() => expect(galley.log.some(({ msg }) => msg === 'the files cannot be taken in yet')).toBe(true));
    await ground.nats.restart();
    await eventually(async () => expect(await names(galley)).toEqual(['from-file']));
  });

  it('is not ready, and shows no part as the whole, before it has read the stores', async () => {
    await ground.nats.kill();
    const galley = await ground.start();
    expect((await fetch(new URL('/readyz', galley.url))).status).toBe(503);
    expect((await galley.call('GET', base)).status).toBe(503);
    await ground.nats.restart();
    await galley.ready();
    expect(await names(galley)).toEqual([]);
  });
});
