import { afterAll, beforeAll, expect, it } from 'vitest';
import { prepareGround, type Ground, type RunningGalley } from '../testing/running-galley.ts';

let ground: Ground;
let galley: RunningGalley;

beforeAll(async () => {
  ground = await prepareGround();
  galley = await ground.start();
  await galley.ready();
});

afterAll(() => ground.clear());

const path = '/v1/mesh-config';

it('is replaced as a whole, by its fields alone or as a resource', async () => {
  expect((await galley.call('GET', path)).status).toBe(404);
  const first = await galley.call('PUT', path, 'connectTimeout: 3s\nthriftConfig: {}\n', 'application/yaml');
  expect(first).toMatchObject({
    status: 200,
    body: { results: [{ ref: 'MeshConfig/istio-system/default', change: 'created' }], warnings: [{ path: 'thriftConfig', severity: 'warning' }] },
  });
  const second = await galley.call('PUT', path, { apiVersion: 'mesh.istio.io/v1alpha1', kind: 'MeshConfig', metadata: { name: 'default' }, spec: { enableAutoMtls: false } });
  expect(second).toMatchObject({ status: 200, body: { results: [{ change: 'configured' }], warnings: [] } });
  expect(await galley.call('GET', path)).toMatchObject({ status: 200, body: { kind: 'MeshConfig', metadata: { generation: 2 }, spec: { enableAutoMtls: false } } });
});

it('stays as it is where the new one is wrong, and says all that is', async () => {
  const before = (await galley.call('GET', path)).body;
  const { status, body } = await galley.call('PUT', path, { connectTimeout: 'soon', rootNameSpace: 'a' });
  expect(status).toBe(422);
  expect((body as { problems: { path: string }[] }).problems.map((problem) => problem.path).sort()).toEqual(['connectTimeout', 'rootNameSpace']);
  expect((await galley.call('PUT', `${path}?dryRun=All`, { connectTimeout: '1s' })).status).toBe(200);
  expect((await galley.call('GET', path)).body).toEqual(before);
});
