import { expect, test } from 'vitest';
import { advance, endpointPort, endpointsOf, isEmptyDelta, serviceFor, servesPort } from './index.ts';
import { meshOf, resourcesOf } from './testing/mesh-of.ts';

const reviews = (addresses: string, port = 9080) => `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: reviews}
spec:
  hosts: [reviews.default.svc.cluster.local]
  location: MESH_INTERNAL
  resolution: STATIC
  ports: [{number: ${port}, name: http}]
  endpoints: [${addresses}]
---`;
const rules = `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: shop}
spec:
  hosts: [shop.example.com]
  http: [{route: [{destination: {host: reviews}}]}]
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: reviews}
spec: {host: reviews}
---`;
const id = 'default/reviews.default.svc.cluster.local';

test('writing again what is there changes nothing', () => {
  const snapshot = meshOf(reviews('{address: 10.0.0.1}') + rules);
  const next = advance(snapshot, { upserts: resourcesOf(reviews('{address: 10.0.0.1}') + rules), removals: ['Gateway/default/nobody'] });
  expect(next.snapshot).toBe(snapshot);
  expect(isEmptyDelta(next.delta)).toBe(true);
});

test('an entry of which only the endpoints changed is a change of endpoints', () => {
  const snapshot = meshOf(reviews('{address: 10.0.0.1}, {address: 10.0.0.2}'));
  const before = serviceFor(snapshot, { namespace: 'default' }, 'reviews.default.svc.cluster.local')!;
  const next = advance(snapshot, { upserts: resourcesOf(reviews('{address: 10.0.0.1}, {address: 10.0.0.3}')), removals: [] });
  expect(next.delta).toMatchObject({ services: new Set(), routes: new Set(), endpoints: new Set([id]), addresses: new Set(['10.0.0.2', '10.0.0.3']) });
  expect(serviceFor(next.snapshot, { namespace: 'default' }, before.host)).toBe(before);
  expect(endpointsOf(next.snapshot, before)[0]).toBe(endpointsOf(snapshot, before)[0]);
});

test('a new account behind a service changes the service, for clients accept its accounts alone', () => {
  const snapshot = meshOf(reviews('{address: 10.0.0.1}'));
  const { delta } = advance(snapshot, { upserts: resourcesOf(reviews('{address: 10.0.0.1, serviceAccount: reviews}')), removals: [] });
  expect(delta).toMatchObject({ services: new Set([id]), endpoints: new Set() });
});

test('a service of which a registry lists endpoints has the workloads that it selects as well, each once', () => {
  // As no user could write it.
  const service = resourcesOf(reviews('{address: 10.0.0.1, labels: {app: reviews, of: pod}}, {address: 10.0.0.2, labels: {app: reviews}}'))
    .map((entry) => (entry.kind === 'ServiceEntry' ? { ...entry, spec: { ...entry.spec, workloadSelector: { labels: { app: 'reviews' } } } } : entry));
  const workload = (name: string, address: string, app = 'reviews') => resourcesOf(`
apiVersion: networking.istio.io/v1
kind: WorkloadEntry
metadata: {name: ${name}}
spec: {address: ${address}, labels: {app: ${app}, of: entry}}`);
  const addresses = (snapshot: typeof before) => endpointsOf(snapshot, serviceFor(snapshot, { namespace: 'default' }, 'reviews.default.svc.cluster.local')!).map(({ address, labels }) => [address, labels['of']]);
  const before = advance(meshOf(''), { upserts: service, removals: [] }).snapshot;
  const { snapshot, delta } = advance(before, { upserts: [...workload('machine', '10.9.0.1'), ...workload('pod', '10.0.0.1'), ...workload('other', '10.9.0.2', 'ratings')], removals: [] });
  expect(delta).toMatchObject({ services: new Set(), endpoints: new Set([id]), addresses: new Set(['10.9.0.1']) });
  expect(addresses(snapshot)).toEqual([['10.0.0.1', 'pod'], ['10.0.0.2', undefined], ['10.9.0.1', 'entry']]);
  expect(addresses(advance(snapshot, { upserts: [], removals: ['WorkloadEntry/default/machine'] }).snapshot)).toEqual(addresses(before));
});

test('a workload serves the ports of a Service of a cluster under the names of their targets', () => {
  const [entry] = resourcesOf(`
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: reviews, annotations: {networking.flotilla.dev/target-names: 'http=web,grpc=rpc'}}
spec:
  hosts: [reviews.default.svc.cluster.local]
  ports: [{number: 80, name: http}, {number: 81, name: grpc}, {number: 82, name: admin, targetPort: 8082}, {number: 83, name: metrics}]
  location: MESH_INTERNAL
  resolution: STATIC
  workloadSelector: {labels: {app: reviews}}`);
  const workload = (name: string, address: string, ports: string) => resourcesOf(`
apiVersion: networking.istio.io/v1
kind: WorkloadEntry
metadata: {name: ${name}}
spec: {address: ${address}, labels: {app: reviews}, ports: ${ports}}`);
  const { snapshot } = advance(meshOf(''), { upserts: [entry!, ...workload('a', '10.9.0.1', '{http: 1, web: 9080, rpc: 9081, admin: 9082}'), ...workload('b', '10.9.0.2', '{http: 1, grpc: 2}')], removals: [] });
  const service = serviceFor(snapshot, { namespace: 'default' }, 'reviews.default.svc.cluster.local')!;
  const served = endpointsOf(snapshot, service).map((endpoint) => service.ports.map((port) => (servesPort(endpoint, port) ? endpointPort(endpoint, port) : undefined)));
  expect(served).toEqual([[9080, 9081, 9082, 83], [undefined, undefined, 8082, 83]]);
});

test('a changed service touches the routes of those that send traffic to it', () => {
  const snapshot = meshOf(reviews('{address: 10.0.0.1}') + rules);
  const { delta } = advance(snapshot, { upserts: resourcesOf(reviews('{address: 10.0.0.1}', 9090)), removals: [] });
  expect([...delta.routes].sort()).toEqual(['reviews.default.svc.cluster.local', 'shop.example.com']);
});

test('a changed rule names the services it is for', () => {
  const snapshot = meshOf(reviews('{address: 10.0.0.1}') + rules);
  const { delta } = advance(snapshot, { upserts: [], removals: ['DestinationRule/default/reviews'] });
  expect(delta).toMatchObject({ services: new Set(), rules: new Set([id]), scopes: false });
});

test('proxies may move between scopes when a rule asks callers for a label as none did before', () => {
  const asking = (label: string) => resourcesOf(`
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: shop}
spec:
  hosts: [shop.example.com]
  http: [{match: [{sourceLabels: {${label}: web}}], directResponse: {status: 200}}]
`);
  const first = advance(meshOf(rules), { upserts: asking('app'), removals: [] });
  expect(first.delta.scopes).toBe(true);
  expect(advance(first.snapshot, { upserts: asking('app').concat(resourcesOf(reviews(''))), removals: [] }).delta.scopes).toBe(false);
  expect(advance(first.snapshot, { upserts: [], removals: ['VirtualService/default/shop'] }).delta.scopes).toBe(true);
});

test('an entry that was created anew is another service, for another namespace may now have the oldest of its host', () => {
  const entry = (namespace: string, creationTimestamp: string) => `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: api, namespace: ${namespace}, creationTimestamp: "${creationTimestamp}"}
spec: {hosts: [api.example.com], ports: [{number: 443, name: tls}]}
---`;
  const snapshot = meshOf(entry('a', '2026-01-01T00:00:00Z') + entry('b', '2026-01-02T00:00:00Z'));
  const next = advance(snapshot, { upserts: resourcesOf(entry('a', '2026-01-03T00:00:00Z')), removals: [] });
  expect([snapshot, next.snapshot].map((at) => serviceFor(at, { namespace: 'default' }, 'api.example.com')?.namespace)).toEqual(['a', 'b']);
  expect([...next.delta.services]).toEqual(['a/api.example.com']);
  expect([...next.delta.routes]).toEqual(['api.example.com']);
});

test("a delegate's change is one of those that delegate to it", () => {
  const shop = `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: shop}
spec: {hosts: [shop.example.com], http: [{delegate: {name: books}}]}
---`;
  const books = (host: string) => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: books}
spec: {http: [{route: [{destination: {host: ${host}}}]}]}
---`;
  const { snapshot, delta } = advance(meshOf(shop + books('books')), { upserts: resourcesOf(books('library')), removals: [] });
  expect(delta).toMatchObject({ virtualServices: new Set(['default/shop', 'default/books']), routes: new Set(['shop.example.com']) });
  expect(advance(snapshot, { upserts: resourcesOf(reviews('{address: 10.0.0.1}').replaceAll('reviews', 'library')), removals: [] }).delta.routes).toContain('shop.example.com');
});
