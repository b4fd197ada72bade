import type { ScriptedAnswer } from '@flotilla/echo';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Mesh } from '../../src/mesh.ts';
import { startMesh } from '../../src/start-mesh.ts';
import type { TestApp } from '../../src/test-app.ts';

/** Each has its path in the VirtualService, and all of them two retries. */
const conditions = ['5xx', 'gateway-error', 'reset', 'connect-failure', 'refused-stream', 'retriable-4xx', 'unavailable', 'resource-exhausted', 'cancelled', 'deadline-exceeded', 'internal', 'envoy-ratelimited', '503', 'gateway-error,429', 'reset,retriable-4xx'] as const;

/** As an HTTP request of gRPC ends: with its own status. */
const grpc = (status: number): ScriptedAnswer => ({ headers: { 'grpc-status': String(status) } });
const slow: ScriptedAnswer = { delayMs: 8_000 };

describe('retries', () => {
  let mesh: Mesh;
  let app: TestApp;
  beforeAll(async () => {
    mesh = await startMesh();
    // Without a sidecar of its own, which would answer in its place when it breaks a connection.
    app = await mesh.attach({ app: 'flaky', version: 'v1', sidecar: false });
  });
  afterAll(() => mesh.stop());

  /** How often the application is asked for the sake of one call, while it gives `answers`, and what the caller gets. */
  const attempt = async (path: string, answers: readonly ScriptedAnswer[], port = 9080): Promise<{ readonly tries: number; readonly status: number }> => {
    await app.answer(...answers);
    const { status } = await mesh.callFrom('productpage-v1', `http://flaky:${port}${path}`);
    return { status, tries: (await app.asked()).length };
  };

  const rules = (http: string): Promise<void> => mesh.apply(`
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: flaky, namespace: default}
spec:
  hosts: [flaky]
  http:${http}`);
  const rule = (path: string, settings: string): string => `
  - match: [{uri: {exact: '${path}'}}]
    ${settings}
    route: [{destination: {host: flaky}}]`;

  describe.each([['without any rule', ''], ['with a rule that says nothing of them', rule('/', '')]])('%s', (_, http) => {
    beforeAll(() => (http === '' ? mesh.reset() : rules(http)));

    it('are two, of what no application can have acted on', async () => {
      expect(await attempt('/', [{ instead: 'refuse' }], 9081)).toEqual({ tries: 3, status: 503 });
      expect(await attempt('/', [{ instead: 'refuse' }, { instead: 'refuse' }, {}], 9081)).toEqual({ tries: 3, status: 200 });
      expect(await attempt('/', [grpc(14)])).toEqual({ tries: 3, status: 200 });
      expect(await attempt('/', [grpc(1), {}])).toEqual({ tries: 2, status: 200 });
    });

    it('are none of what it may have acted on', async () => {
      expect(await attempt('/', [{ status: 500 }])).toEqual({ tries: 1, status: 500 });
      expect(await attempt('/', [{ status: 503 }])).toEqual({ tries: 1, status: 503 });
      expect(await attempt('/', [{ instead: 'reset' }])).toEqual({ tries: 1, status: 503 });
    });
  });

  describe('by a rule', () => {
    beforeAll(() => rules(conditions.map((retryOn) => rule(`/${retryOn}`, `retries: {attempts: 2, retryOn: '${retryOn}'}`)).join('')));

    it.each<readonly [(typeof conditions)[number], string, ScriptedAnswer, number, number]>([
      ['5xx', '500', { status: 500 }, 500, 9080],
      ['5xx', 'a broken connection', { instead: 'reset' }, 503, 9080],
      ['gateway-error', '502', { status: 502 }, 502, 9080],
      ['gateway-error', '504', { status: 504 }, 504, 9080],
      ['reset', 'a broken connection', { instead: 'reset' }, 503, 9080],
      ['reset', 'a broken stream', { instead: 'reset' }, 503, 9081],
      ['refused-stream', 'a refused stream', { instead: 'refuse' }, 503, 9081],
      ['retriable-4xx', '409', { status: 409 }, 409, 9080],
      ['unavailable', 'UNAVAILABLE of gRPC', grpc(14), 200, 9080],
      ['resource-exhausted', 'RESOURCE_EXHAUSTED of gRPC', grpc(8), 200, 9080],
      ['cancelled', 'CANCELLED of gRPC', grpc(1), 200, 9080],
      ['deadline-exceeded', 'DEADLINE_EXCEEDED of gRPC', grpc(4), 200, 9080],
      ['internal', 'INTERNAL of gRPC', grpc(13), 200, 9080],
      ['envoy-ratelimited', 'an answer of a rate limit', { status: 429, headers: { 'x-envoy-ratelimited': 'true' } }, 429, 9080],
      ['503', '503', { status: 503 }, 503, 9080],
      ['gateway-error,429', '429', { status: 429 }, 429, 9080],
      ['gateway-error,429', '503', { status: 503 }, 503, 9080],
      ['reset,retriable-4xx', '409', { status: 409 }, 409, 9080],
    ])('on %s try again after %s', async (retryOn, _, answer, status, port) => {
      expect(await attempt(`/${retryOn}`, [answer], port)).toEqual({ tries: 3, status });
      expect(await attempt(`/${retryOn}`, [answer, {}], port), 'and no more than it takes').toEqual({ tries: 2, status: 200 });
    });

    it.each<readonly [(typeof conditions)[number], string, ScriptedAnswer, number, number]>([
      ['5xx', '409', { status: 409 }, 409, 9080],
      ['gateway-error', '500', { status: 500 }, 500, 9080],
      ['reset', '503', { status: 503 }, 503, 9080],
      ['connect-failure', 'a broken connection', { instead: 'reset' }, 503, 9080],
      ['refused-stream', 'a broken stream', { instead: 'reset' }, 503, 9081],
      ['retriable-4xx', '404', { status: 404 }, 404, 9080],
      ['unavailable', '503', { status: 503 }, 503, 9080],
      ['internal', 'UNAVAILABLE of gRPC', grpc(14), 200, 9080],
      ['envoy-ratelimited', '429', { status: 429 }, 429, 9080],
      ['503', '500', { status: 500 }, 500, 9080],
      ['gateway-error,429', '409', { status: 409 }, 409, 9080],
    ])('on %s leave %s alone', async (retryOn, _, answer, status, port) => {
      expect(await attempt(`/${retryOn}`, [answer], port)).toEqual({ tries: 1, status });
    });
  });

  it('are as many as a rule says, and none at 0', async () => {
    await rules(`${rule('/none', 'retries: {attempts: 0}')}${rule('/many', 'retries: {attempts: 5, retryOn: 5xx}')}`);
    expect(await attempt('/none', [{ instead: 'refuse' }], 9081)).toEqual({ tries: 1, status: 503 });
    expect(await attempt('/none', [grpc(14)])).toEqual({ tries: 1, status: 200 });
    expect(await attempt('/many', [{ status: 500 }])).toEqual({ tries: 6, status: 500 });
  });

  it('are as many at a time as their budget has room for', async () => {
    await rules(rule('/', 'retries: {attempts: 2, retryOn: 5xx}'));
    const budget = (settings: string): Promise<void> => mesh.apply(`
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: flaky, namespace: default}
spec: {host: flaky, trafficPolicy: {retryBudget: {${settings}}}}`);
    await budget('percent: 0, minRetryConcurrency: 0');
    expect(await attempt('/', [{ status: 500 }])).toEqual({ tries: 1, status: 500 });
    await budget('percent: 0, minRetryConcurrency: 1');
    expect(await attempt('/', [{ status: 500 }])).toEqual({ tries: 3, status: 500 });
    await mesh.remove('DestinationRule/default/flaky');
  });

  it('go to another instance where one cannot be reached', async () => {
    await mesh.apply(`
apiVersion: networking.istio.io/v1
kind: WorkloadEntry
metadata: {name: gone, namespace: default}
spec: {address: 127.0.0.1, ports: {http: 1}, labels: {app: flaky, version: gone}}`);
    try {
      await rules(`${rule('/none', 'retries: {attempts: 0}')}${rule('/default', '')}${rule('/asked-for', 'retries: {attempts: 3, retryOn: connect-failure}')}`);
      await expect.poll(async () => (await attempt('/none', [])).status, { timeout: 10_000 }).toBe(503);
      // Envoy draws anew up to five times to miss a host that it has tried: of two hosts, one retry meets it again once in 64.
      for (const path of ['/default', '/asked-for']) {
        for (let call = 0; call < 10; call += 1) expect(await attempt(path, []), path).toEqual({ tries: 1, status: 200 });
      }
    } finally {
      await mesh.remove('WorkloadEntry/default/gone');
    }
  });

  it('end a try after its own timeout, and all of them after that of the route', async () => {
    await rules([
      rule('/per-try', 'retries: {attempts: 2, perTryTimeout: 250ms, retryOn: 5xx}'),
      rule('/overall', 'timeout: 500ms\n    retries: {attempts: 5, perTryTimeout: 5s, retryOn: 5xx}'),
      rule('/both', 'timeout: 2s\n    retries: {attempts: 100, perTryTimeout: 200ms, retryOn: 5xx}'),
      rule('/as-long-as-the-route', 'timeout: 500ms\n    retries: {attempts: 5, retryOn: 5xx}'),
    ].join(''));
    expect(await attempt('/per-try', [slow, {}]), 'the slow try is given up for a quick one').toEqual({ tries: 2, status: 200 });
    expect(await attempt('/per-try', [slow]), 'and each try is').toEqual({ tries: 3, status: 504 });
    expect(await attempt('/overall', [slow]), 'no time is left for another').toEqual({ tries: 1, status: 504 });
    expect(await attempt('/as-long-as-the-route', [slow]), 'a try may take all the time there is').toEqual({ tries: 1, status: 504 });
    const { status, tries } = await attempt('/both', [slow]);
    expect(status).toBe(504);
    expect(tries, 'several, until the time is over').toBeGreaterThan(1);
    expect(tries).toBeLessThan(20);
  });
});
