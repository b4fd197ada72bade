import type { ScriptedAnswer } from '@flotilla/echo';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Mesh } from '../../src/mesh.ts';
import { startMesh } from '../../src/start-mesh.ts';
import type { TestApp } from '../../src/test-app.ts';

describe('mirroring', () => {
  let mesh: Mesh;
  let shop: TestApp;
  let all: TestApp;
  let some: TestApp;
  let none: TestApp;
  let caller: TestApp;
  beforeAll(async () => {
    mesh = await startMesh();
    const attach = (app: string, sidecar = false): Promise<TestApp> => mesh.attach({ app, version: 'v1', sidecar });
    [shop, all, some, none, caller] = await Promise.all([attach('shop'), attach('mirror-all'), attach('mirror-some'), attach('mirror-none'), attach('caller', true)]);
    await mesh.apply(`
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: shop, namespace: default}
spec:
  hosts: [shop]
  http:
  - timeout: 2s
    mirrors:
    - {destination: {host: mirror-all}}
    - {destination: {host: mirror-some}, percentage: {value: 30}}
    - {destination: {host: mirror-none}, percentage: {value: 0}}
    route: [{destination: {host: shop}}]`);
  });
  afterAll(() => mesh.stop());

  const asked = async (app: TestApp): Promise<number> => (await app.asked()).length;

  it('gives each mirror its share of the requests', async () => {
    for (const app of [shop, all, some, none]) await app.answer();
    for (let call = 0; call < 200; call += 1) expect((await mesh.callFrom('productpage-v1', 'http://shop:9080/')).status).toBe(200);
    await expect.poll(() => asked(all), { timeout: 10_000 }).toBe(200);
    // Five standard deviations of 30 % of 200 are about 32.
    expect(await asked(some)).toBeGreaterThan(28);
    expect(await asked(some)).toBeLessThan(92);
    expect([await asked(shop), await asked(none)]).toEqual([200, 0]);
  });

  it('copies the request whole', async () => {
    for (const app of [shop, all]) await app.answer();
    const { status } = await caller.call({ url: 'http://shop:9080/buy?what=book', method: 'POST', headers: { 'x-order': '7' }, body: 'one of it' });
    expect(status).toBe(200);
    const request = { method: 'POST', path: '/buy?what=book', body: 'one of it' };
    await expect.poll(() => all.asked(), { timeout: 10_000 }).toMatchObject([{ ...request, headers: { 'x-order': '7', host: expect.stringContaining('-shadow') as string } }]);
    expect(await shop.asked()).toMatchObject([{ ...request, headers: { 'x-order': '7', host: 'shop:9080' } }]);
  });

  it.each<readonly [string, ScriptedAnswer]>([
    ['fails', { status: 500, body: 'of the mirror' }],
    ['breaks the connection', { instead: 'reset' }],
    // Longer than the route has time.
    ['takes long', { delayMs: 6_000 }],
  ])('changes nothing of the answer where a mirror %s', async (_, answer) => {
    await shop.answer({ status: 201, headers: { 'x-of': 'shop' }, body: 'of the shop' });
    await all.answer(answer);
    expect(await mesh.callFrom('productpage-v1', 'http://shop:9080/')).toMatchObject({ status: 201, headers: { 'x-of': 'shop' }, body: 'of the shop' });
    await expect.poll(() => asked(all), { timeout: 10_000 }).toBe(1);
  });
});
