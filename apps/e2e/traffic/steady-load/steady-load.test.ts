import { afterAll, beforeAll, expect, it } from 'vitest';
import { reviewsUrl } from '../../src/bookinfo.ts';
import { startLoad } from '../../src/load.ts';
import type { Mesh } from '../../src/mesh.ts';
import { startMesh } from '../../src/start-mesh.ts';
import type { TestApp } from '../../src/test-app.ts';

let mesh: Mesh;
beforeAll(async () => {
  mesh = await startMesh();
});
afterAll(() => mesh.stop());

const subsets = (versions: readonly string[], extra = ''): string => `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: reviews, namespace: default}
spec:
  host: reviews
  ${extra}
  subsets: [${versions.map((version) => `{name: ${version}, labels: {version: ${version.slice(0, 2)}}}`).join(', ')}]`;

const routes = (weights: Readonly<Record<string, number>>): string => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: reviews, namespace: default}
spec:
  hosts: [reviews]
  http:
  - route: [${Object.entries(weights).map(([subset, weight]) => `{destination: {host: reviews, subset: ${subset}}, weight: ${weight}}`).join(', ')}]`;

it('takes 200 changes of weights, subsets and endpoints under load without one failed request', { timeout: 300_000 }, async () => {
  await mesh.apply(`${subsets(['v1', 'v2', 'v3'])}\n---\n${routes({ v1: 100 })}`);
  const load = startLoad(reviewsUrl(mesh), { workers: 6, pauseMs: 2, accept: (answer) => answer.status === 200 && !answer.body.includes('"error"') });
  const direct = mesh.loadFrom('productpage-v1', 'http://reviews:9080/reviews/0', { workers: 2, pauseMs: 2 });
  const roundsAnInstance = mesh.slowInstances === true ? 10 : 1;
  let extra: TestApp | undefined;
  for (let change = 0; change < 50; change += 1) {
    // A subset is made and routed to in one revision, and its predecessor goes in the same.
    const fresh = `v${(change % 3) + 1}-${change}`;
    await mesh.apply(`${subsets(['v1', 'v2', 'v3', fresh])}\n---\n${routes({ [fresh]: 50, v2: 50 })}`, { settle: false });
    await mesh.apply(routes({ v1: change, v3: 100 - change }), { settle: false });
    await mesh.apply(subsets(['v1', 'v2', 'v3'], `trafficPolicy: {connectionPool: {tcp: {maxConnections: ${1000 + change}}}}`), { settle: false });
    if (change % roundsAnInstance > 0) continue;
    if (extra === undefined) {
      extra = await mesh.attach({ app: 'reviews', version: 'v1' });
    } else {
      await extra.detach();
      extra = undefined;
    }
  }
  await mesh.apply(routes({ v1: 100 }));
  const [page, calls] = await Promise.all([load.stop(), direct.stop()]);
  expect(page.failures).toEqual([]);
  expect(calls.failures).toEqual([]);
  expect(page.sent).toBeGreaterThan(500);
  expect(calls.sent).toBeGreaterThan(200);
});
