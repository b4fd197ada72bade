import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { example } from '../../src/examples.ts';
import { burst, get } from '../../src/load.ts';
import type { Mesh } from '../../src/mesh.ts';
import { startMesh } from '../../src/start-mesh.ts';
import { reviewsUrl, share, versionsOf } from '../../src/bookinfo.ts';

const jason = { 'end-user': 'jason' };

describe("Bookinfo's own routing tasks, applied one by one as a user would", () => {
  let mesh: Mesh;
  beforeAll(async () => {
    mesh = await startMesh();
  });
  afterAll(() => mesh.stop());
  beforeEach(async () => {
    await mesh.reset();
    await mesh.apply(example('bookinfo/destination-rule-all.yaml'));
  });

  const reviews = (count: number, headers = {}): ReturnType<typeof burst> => burst(reviewsUrl(mesh), count, 4, headers);

  it('reaches all three versions of reviews without any rule', async () => {
    expect(Object.keys(versionsOf(await reviews(120))).sort()).toEqual(['v1', 'v2', 'v3']);
  });

  it('sends all traffic to v1', async () => {
    await mesh.apply(example('bookinfo/virtual-service-all-v1.yaml'));
    expect(versionsOf(await reviews(60))).toEqual({ v1: 60 });
  });

  it.each([
    ['virtual-service-reviews-50-v3.yaml', { v1: 0.5, v3: 0.5 }],
    ['virtual-service-reviews-80-20.yaml', { v1: 0.8, v2: 0.2 }],
  ])('splits by weight: %s', async (file, weights) => {
    await mesh.apply(example(`bookinfo/${file}`));
    const versions = versionsOf(await reviews(600));
    // Five standard deviations of a fair split of 600 are about 0.1.
    for (const [version, weight] of Object.entries(weights)) {
      expect(share(versions, version), version).toBeGreaterThan(weight - 0.1);
      expect(share(versions, version), version).toBeLessThan(weight + 0.1);
    }
    expect(Object.keys(versions).sort()).toEqual(Object.keys(weights).sort());
  });

  it('sends jason to v2 and everybody else to v1', async () => {
    await mesh.apply(example('bookinfo/virtual-service-all-v1.yaml'));
    await mesh.apply(example('bookinfo/virtual-service-reviews-test-v2.yaml'));
    expect(versionsOf(await reviews(30, jason))).toEqual({ v2: 30 });
    expect(versionsOf(await reviews(30))).toEqual({ v1: 30 });
  });

  it('sends all traffic to v3', async () => {
    await mesh.apply(example('bookinfo/virtual-service-reviews-v3.yaml'));
    expect(versionsOf(await reviews(60))).toEqual({ v3: 60 });
  });

  it("delays jason's ratings by seven seconds, which is more than reviews waits for", async () => {
    await mesh.apply(example('bookinfo/virtual-service-all-v1.yaml'));
    await mesh.apply(example('bookinfo/virtual-service-ratings-test-delay.yaml'));
    const delayed = await mesh.callFrom('reviews-v2', 'http://ratings:9080/ratings/0', jason);
    expect(delayed.status).toBe(200);
    expect(delayed.tookMs).toBeGreaterThan(6_900);
    expect(delayed.tookMs).toBeLessThan(8_500);
    expect((await mesh.callFrom('reviews-v2', 'http://ratings:9080/ratings/0')).tookMs).toBeLessThan(2_000);
  });

  it("aborts jason's ratings with 500", async () => {
    await mesh.apply(example('bookinfo/virtual-service-all-v1.yaml'));
    await mesh.apply(example('bookinfo/virtual-service-reviews-test-v2.yaml'));
    await mesh.apply(example('bookinfo/virtual-service-ratings-test-abort.yaml'));
    expect((await mesh.callFrom('reviews-v2', 'http://ratings:9080/ratings/0', jason)).status).toBe(500);
    expect((await mesh.callFrom('reviews-v2', 'http://ratings:9080/ratings/0')).status).toBe(200);
    const page = await get(reviewsUrl(mesh), jason);
    expect(page.status, 'the page itself goes on without ratings').toBe(200);
    expect(page.body).toContain('unavailable');
  });

  it('cuts reviews off after its timeout', async () => {
    await mesh.apply(example('bookinfo/virtual-service-all-v1.yaml'));
    await mesh.apply(`
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: ratings, namespace: default}
spec:
  hosts: [ratings]
  http:
  - fault: {delay: {percentage: {value: 100}, fixedDelay: 2s}}
    route: [{destination: {host: ratings, subset: v1}}]`);
    await mesh.apply(example('bookinfo/virtual-service-reviews-timeout.yaml'));
    const late = await mesh.callFrom('productpage-v1', 'http://reviews:9080/reviews/0');
    expect(late.status).toBe(504);
    expect(late.tookMs).toBeLessThan(1_900);
  });

  it('retries a failing service as often as the rule says', async () => {
    const flaky = await mesh.attach({ app: 'flaky', version: 'v1' });
    await flaky.answer({ status: 503 }, { status: 503 }, {});
    try {
      await mesh.apply(`
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: flaky, namespace: default}
spec:
  hosts: [flaky]
  http:
  - retries: {attempts: 2, perTryTimeout: 2s, retryOn: 5xx}
    route: [{destination: {host: flaky}}]`);
      expect((await mesh.callFrom('productpage-v1', 'http://flaky:9080/')).status).toBe(200);
      expect(await flaky.asked()).toHaveLength(3);
    } finally {
      await flaky.detach();
    }
  });

  it('mirrors, rewrites, redirects and sets headers', async () => {
    const shadow = await mesh.attach({ app: 'shadow', version: 'v1' });
    const seen = async () => (await shadow.asked()).map(({ path, headers }) => [path, headers['x-added'], headers['x-removed']]);
    try {
      await mesh.apply(`
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: details, namespace: default}
spec:
  hosts: [details]
  http:
  - match: [{uri: {exact: /old}}]
    redirect: {uri: /details/0, redirectCode: 308}
  - match: [{uri: {prefix: /shop/}, method: {exact: GET}, queryParams: {v: {exact: "1"}}}]
    rewrite: {uri: /details/}
    headers:
      request: {set: {x-added: "yes"}, remove: [x-removed]}
      response: {add: {x-mesh: flotilla}}
    mirror: {host: shadow}
    route: [{destination: {host: details, subset: v1}}]
  - route: [{destination: {host: details, subset: v1}}]`);
      const moved = await mesh.callFrom('productpage-v1', 'http://details:9080/old');
      expect([moved.status, moved.headers.location]).toEqual([308, 'http://details:9080/details/0']);
      const rewritten = await mesh.callFrom('productpage-v1', 'http://details:9080/shop/0?v=1', { 'x-removed': 'still here' });
      expect([rewritten.status, rewritten.headers['x-mesh']]).toEqual([200, 'flotilla']);
      expect((await mesh.callFrom('productpage-v1', 'http://details:9080/shop/0?v=2')).status).toBe(404);
      await expect.poll(seen, { timeout: 10_000 }).toEqual([['/details/0?v=1', 'yes', undefined]]);
    } finally {
      await shadow.detach();
    }
  });
});
