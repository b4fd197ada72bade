import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer } from '../../src/load.ts';
import type { Mesh } from '../../src/mesh.ts';
import { startMesh } from '../../src/start-mesh.ts';
import type { TestApp } from '../../src/test-app.ts';

const keys = Array.from({ length: 60 }, (_, index) => `user-${index}`);
/** A ring that gives an instance two places among three instances as among four: else those who stay would share it anew. */
const balancers = { ring: 'ringHash: {minimumRingSize: 5}', maglev: 'maglev: {tableSize: 65537}' };
const hashedBy = {
  header: 'httpHeaderName: x-user',
  query: 'httpQueryParameterName: user',
  cookie: 'httpCookie: {name: session, path: /, ttl: 60s}',
  source: 'useSourceIp: true',
};
type HashedBy = keyof typeof hashedBy;
type Balancer = keyof typeof balancers;
const kinds = (Object.keys(hashedBy) as HashedBy[]).flatMap((by) => (Object.keys(balancers) as Balancer[]).map((balancer) => [by, balancer] as const));

describe('consistent hashing', () => {
  let mesh: Mesh;
  const instances: TestApp[] = [];
  beforeAll(async () => {
    mesh = await startMesh();
    const attach = (version: string): Promise<TestApp> => mesh.attach({ app: 'hashed', version, sidecar: false });
    // The first makes the service.
    instances.push(await attach('v1'), ...(await Promise.all(['v2', 'v3', 'v4'].map(attach))));
    // All instances are in each subset; a request's path says how it is hashed.
    await mesh.apply(`
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: hashed, namespace: default}
spec:
  host: hashed
  subsets:${kinds.map(([by, balancer]) => `
  - {name: ${by}-${balancer}, labels: {app: hashed}, trafficPolicy: {loadBalancer: {consistentHash: {${hashedBy[by]}, ${balancers[balancer]}}}}}`).join('')}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: hashed, namespace: default}
spec:
  hosts: [hashed]
  http:${kinds.map(([by, balancer]) => `
  - match: [{uri: {exact: /${by}/${balancer}}}]
    route: [{destination: {host: hashed, subset: ${by}-${balancer}}}]`).join('')}`);
  });
  afterAll(() => mesh.stop());

  const call = (path: string, headers = {}, workload = 'productpage-v1'): Promise<Answer> => mesh.callFrom(workload, `http://hashed:9080${path}`, headers);
  const instanceOf = ({ status, body }: Answer): string => (status === 200 ? (JSON.parse(body) as { name: string }).name : `status ${status}`);
  const cookieOf = ({ headers }: Answer): string => /session="([^"]+)"/.exec(String(headers['set-cookie']))?.[1] ?? 'none';

  /** The same key in the three places where rules look for one. */
  const target = async (by: HashedBy, balancer: Balancer, key: string, workload?: string): Promise<string> =>
    instanceOf(await call(`/${by}/${balancer}?user=${by === 'query' ? key : ''}`, { ...(by === 'header' ? { 'x-user': key } : {}), ...(by === 'cookie' ? { cookie: `session="${key}"` } : {}) }, workload));
  const targets = async (by: HashedBy, balancer: Balancer, workload?: string): Promise<Map<string, string>> =>
    new Map(await Promise.all(keys.map(async (key): Promise<[string, string]> => [key, await target(by, balancer, key, workload)])));

  it.each(kinds.filter(([by]) => by !== 'source'))('by %s over %s sends a key to one instance, whoever calls', async (by, balancer) => {
    const first = await targets(by, balancer);
    expect(new Set(first.values()).size, 'keys are spread').toBeGreaterThan(1);
    expect(await targets(by, balancer)).toEqual(first);
    expect(await targets(by, balancer, 'reviews-v2')).toEqual(first);
  });

  it.each(Object.keys(balancers) as Balancer[])('by source over %s sends all calls of a workload to one instance', async (balancer) => {
    expect(new Set((await targets('source', balancer)).values()).size).toBe(1);
  });

  it.each(Object.keys(balancers) as Balancer[])('by cookie over %s gives one to who has none, and goes by it from then on', async (balancer) => {
    const path = `/cookie/${balancer}`;
    const sessions = await Promise.all(keys.map(() => call(path)));
    // Envoy makes it of the caller's connection, which several calls may share.
    expect(new Set(sessions.map(cookieOf)).size, 'not all have the same').toBeGreaterThan(1);
    expect(sessions[0]?.headers['set-cookie']?.[0]).toMatch(/^session="[^"]+"; Max-Age=60; Path=\/; HttpOnly$/);
    for (const session of sessions) {
      const again = await call(path, { cookie: `session="${cookieOf(session)}"` });
      expect([instanceOf(again), again.headers['set-cookie']]).toEqual([instanceOf(session), undefined]);
    }
  });

  it('leaves the keys of all others where they are when an instance goes', async () => {
    const before = new Map(await Promise.all(kinds.map(async ([by, balancer]) => [`${by}/${balancer}`, await targets(by, balancer)] as const)));
    const stays = before.get('source/ring')?.values().next().value;
    const leaving = instances.find(({ name }) => name !== stays && name !== before.get('source/maglev')?.values().next().value);
    await leaving?.detach();
    for (const [by, balancer] of kinds) {
      const after = await targets(by, balancer);
      expect([...after.values()], 'none is lost').not.toContain(leaving?.name);
      const others = [...(before.get(`${by}/${balancer}`) ?? [])].filter(([, name]) => name !== leaving?.name);
      const kept = others.filter(([key, name]) => after.get(key) === name);
      // Maglev fills its table anew, and moves few; whoever shared all keys anew would keep a third.
      if (balancer === 'ring') expect(kept, `${by}/${balancer}`).toEqual(others);
      else expect(kept.length / others.length, `${by}/${balancer}`).toBeGreaterThan(0.7);
    }
  });
});
