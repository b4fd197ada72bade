import { connectBus, type Bus, type PropagationReport } from '@flotilla/bus';
import { defaultMeshConfig } from '@flotilla/mesh';
import type { MeshResource } from '@flotilla/resources';
import { createLogger, systemClock } from '@flotilla/runtime';
import { eventually } from '@flotilla/testing';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { pilotPassword, prepareGround, type Ground, type RunningGalley } from '../testing/running-galley.ts';

const base = '/apis/networking.istio.io/v1/namespaces/default/virtualservices';
const virtualService = (timeout: string): object => ({ apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', metadata: { name: 'reviews' }, spec: { hosts: ['reviews'], http: [{ timeout, route: [{ destination: { host: 'reviews' } }] }] } });

let ground: Ground;
let galley: RunningGalley;
let pilot: Bus;
/** What the Pilot of the test is told to tell. */
let told: PropagationReport;

beforeEach(async () => {
  ground = await prepareGround();
  pilot = await connectBus({ servers: ground.nats.url, user: 'pilot', password: pilotPassword, name: 'pilot', logger: createLogger('test', { level: 'silent' }), clock: systemClock });
  const proxies = ['a', 'b'].map((id) => ({ id, type: 'sidecar' as const, namespace: 'default', labels: {} }));
  told = { pilot: 'one', number: 0, leaseMs: 60_000, revision: { config: 1_000, endpoints: 1_000 }, mesh: defaultMeshConfig, came: proxies, behind: {}, refusals: [] };
  pilot.topic('propagation-wanted').listen(() => tell({}));
});
afterEach(async () => {
  await pilot.close();
  await ground.clear();
});

async function start(settings: Parameters<Ground['start']>[0] = {}): Promise<void> {
  galley = await ground.start(settings);
  await galley.ready();
}

function tell(more: Partial<PropagationReport>): void {
  told = { ...told, ...more };
  pilot.topic('propagation').tell(told);
}

async function condition(type: string, path = `${base}/reviews`): Promise<string> {
  const { status, metadata } = (await galley.call('GET', path)).body as MeshResource;
  const found = status?.conditions?.find((each) => each.type === type);
  expect(found?.observedGeneration).toBe(metadata.generation);
  return `${found?.status} ${found?.reason} ${found?.message}`;
}

const put = async (timeout: string): Promise<void> => expect((await galley.call('POST', '/v1/apply', virtualService(timeout))).status).toBe(200);

it('shows how far a resource has come, wherever it is read', async () => {
  await start();
  await put('1s');
  await expect.poll(() => condition('Propagated')).toBe('True Propagated 2/2 proxies');
  expect(await condition('Accepted')).toBe('True Valid in force');
  tell({ behind: { b: { config: 0, endpoints: 0 } } });
  const waiting = 'False InProgress 1/2 proxies; waiting for b';
  await expect.poll(() => condition('Propagated')).toBe(waiting);
  expect(await condition('Propagated', `${base}/reviews/status`)).toBe(waiting);
  const list = (await galley.call('GET', base)).body as { items: MeshResource[] };
  expect(JSON.stringify(list.items[0]?.status)).toContain('waiting for b');
  const resources = ((await galley.call('GET', '/apis/networking.istio.io/v1')).body as { resources: { name: string; verbs: string[] }[] }).resources;
  expect(resources).toContainEqual(expect.objectContaining({ name: 'virtualservices/status', verbs: ['get'] }));
});

it('tells watchers of a status, also those that looked before it changed, and makes no revision of it', async () => {
  await start();
  tell({ behind: { b: { config: 0, endpoints: 0 } } });
  await put('1s');
  const { resourceVersion } = ((await galley.call('GET', `${base}/reviews`)).body as MeshResource).metadata;
  const before = (await galley.call('GET', '/v1/revision')).body;
  const states: unknown[] = [];
  const over = new AbortController();
  for await (const { type, object } of galley.watch(`${base}?watch=1`, over.signal)) {
    const { metadata, status } = object as unknown as MeshResource;
    states.push([type, metadata.resourceVersion, status?.conditions?.[1]?.status]);
    if (states.length === 1) await expect.poll(() => condition('Propagated')).toContain('waiting for b');
    if (states.length === 1) tell({ behind: {} });
    if (status?.conditions?.[1]?.status === 'True') break;
  }
  expect(states[0]).toEqual(['ADDED', resourceVersion, expect.any(String)]);
  expect(states.at(-1)).toEqual(['MODIFIED', resourceVersion, 'True']);
  // As kubectl wait does: it listed at this version, and the status changed before it began to watch.
  for await (const { type, object } of galley.watch(`${base}?watch=1&resourceVersion=${resourceVersion}`, over.signal)) {
    expect([type, (object as unknown as MeshResource).metadata.name]).toEqual(['MODIFIED', 'reviews']);
    break;
  }
  over.abort();
  expect((await galley.call('GET', '/v1/revision')).body).toEqual(before);
});

it('belongs to the control plane: what others write of it is ignored, or refused', async () => {
  await start();
  const status = { conditions: [{ type: 'Propagated', status: 'True', message: 'says the user' }] };
  expect((await galley.call('POST', base, { ...virtualService('1s'), status })).status).toBe(201);
  const { metadata } = (await galley.call('GET', `${base}/reviews`)).body as MeshResource;
  await galley.call('PATCH', `${base}/reviews`, { status }, 'application/merge-patch+json');
  const after = (await galley.call('GET', `${base}/reviews`)).body as MeshResource;
  expect(JSON.stringify(after.status)).not.toContain('says the user');
  expect(after.metadata).toMatchObject({ generation: metadata.generation, resourceVersion: metadata.resourceVersion });
  for (const method of ['PUT', 'PATCH']) {
    const { status: code, body } = await galley.call(method, `${base}/reviews/status`, { status }, 'application/merge-patch+json');
    expect([code, (body as { reason: string; message: string }).reason]).toEqual([405, 'MethodNotAllowed']);
  }
});

it('says why the newer version of a file is not in force, until it is mended', async () => {
  const configDir = join(ground.folder, 'config');
  await mkdir(configDir);
  const file = join(configDir, 'reviews.yaml');
  await writeFile(file, JSON.stringify(virtualService('1s')));
  await start({ configDir });
  await expect.poll(() => condition('Accepted')).toBe('True Valid in force');
  await writeFile(file, JSON.stringify(virtualService('soon')));
  await expect.poll(() => condition('Accepted'), { timeout: 15_000 }).toMatch(/^False Invalid the last good version is in force; .*reviews\.yaml:1: spec\.http\[0\]\.timeout .*soon/);
  expect(await condition('Propagated'), 'the last good version is everywhere').toMatch(/^True/);
  await writeFile(file, JSON.stringify(virtualService('2s')));
  await expect.poll(() => condition('Accepted'), { timeout: 15_000 }).toBe('True Valid in force');
  await rm(configDir, { recursive: true });
});

it('asks for all again when it missed something, and knows nothing when the last Pilot is gone', async () => {
  await start();
  await put('1s');
  await expect.poll(() => condition('Propagated')).toMatch(/^True/);
  let asked = 0;
  pilot.topic('propagation-wanted').listen(() => void (asked += 1));
  await eventually(() => {
    tell({ number: 7 });
    told = { ...told, number: 0 };
    expect(asked).toBeGreaterThan(0);
  });
  tell({ leaseMs: 300 });
  await expect.poll(() => condition('Propagated')).toMatch(/^Unknown NoPilot/);
});
