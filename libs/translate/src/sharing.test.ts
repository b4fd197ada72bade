import { advance, localityLabels } from '@flotilla/mesh';
import { readYaml } from '@flotilla/resources';
import { expect, test } from 'vitest';
import { retranslateProxy, retranslateScope, scopeOf, translateProxy, translateScope, typeUrls, type EnvoyResource, type ProxyDescription } from './index.ts';
import { snapshotOf, somePod } from './testing/mesh-case.ts';

function service(at: number, endpoint = `10.0.0.${at}`): string {
  return `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: svc-${at}}
spec:
  hosts: [svc-${at}.mesh]
  location: MESH_INTERNAL
  resolution: STATIC
  ports: [{number: 80, name: http}, {number: 90, name: grpc}]
  endpoints: [{address: ${endpoint}, labels: {version: v1}}]
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: svc-${at}}
spec: {host: svc-${at}.mesh, subsets: [{name: v1, labels: {version: v1}}, {name: v2, labels: {version: v2}}]}
---`;
}

function routes(at: number, timeout: string): string {
  return `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: svc-${at}}
spec: {hosts: [svc-${at}.mesh], http: [{timeout: ${timeout}, route: [{destination: {host: svc-${at}.mesh, subset: v1}}]}]}
---`;
}

const numbers = Array.from({ length: 20 }, (_, at) => at);
const snapshot = snapshotOf(numbers.map((at) => service(at) + routes(at, '1s')).join(''));
const [one, two] = ['a', 'b'].map((namespace) => translateScope(snapshot, scopeOf(snapshot, { ...somePod, namespace })));

function changed(text: string) {
  return advance(snapshot, { upserts: readYaml(text, { file: 'change', defaultNamespace: 'default' }).resources, removals: [] });
}

function sorted(resources: Iterable<EnvoyResource>): EnvoyResource[] {
  return [...resources].sort((a, b) => (a.typeUrl + a.name < b.typeUrl + b.name ? -1 : 1));
}

test('scopes that see the same share every resource, though their namespaces differ', () => {
  expect(one!.scope.key).not.toBe(two!.scope.key);
  const [ofOne, ofTwo] = [sorted(one!.resources()), sorted(two!.resources())];
  expect(ofTwo).toHaveLength(ofOne.length);
  expect(ofTwo.filter((resource, at) => resource !== ofOne[at])).toEqual(ofTwo.filter(({ typeUrl }) => typeUrl === typeUrls.listener));
});

test('one changed VirtualService makes its own virtual hosts anew, once for all scopes', () => {
  const next = changed(routes(7, '2s'));
  const [first, second] = [one!, two!].map((translation) => retranslateScope(translation, next.snapshot, next.delta));
  expect(first!.upserts.map(({ name }) => name).sort()).toEqual(['80', '90']);
  expect(first!.removals).toEqual([]);
  for (const port of ['80', '90']) {
    const [before, after] = [one!.tables.get(port)!, first!.translation.tables.get(port)!];
    expect(after.names.filter((_, at) => after.parts[at] !== before.parts[at])).toEqual([`svc-7.mesh:${port}`]);
    expect(second!.translation.routes.get(port)).toBe(first!.translation.routes.get(port));
  }
});

test('one changed endpoint makes the assignments anew that it is in, and nothing else', () => {
  const next = changed(service(7, '10.9.9.9'));
  const { upserts, removals } = retranslateScope(one!, next.snapshot, next.delta);
  expect(upserts.map(({ typeUrl, name }) => [typeUrl, name])).toEqual(
    ['outbound|80||svc-7.mesh', 'outbound|80|v1|svc-7.mesh', 'outbound|90||svc-7.mesh', 'outbound|90|v1|svc-7.mesh'].map((name) => [typeUrls.endpoint, name]),
  );
  expect(removals).toEqual([]);
});

test('a proxy is left alone by what does not touch its workload', () => {
  const own = translateProxy(snapshot, { ...somePod, ipAddresses: ['10.0.0.3'] });
  const elsewhere = changed(service(7, '10.9.9.9'));
  expect(retranslateProxy(own, elsewhere.snapshot, elsewhere.delta)).toMatchObject({ upserts: [], removals: [], translation: { resources: own.resources } });
  const here = changed(service(3, '10.9.9.9'));
  expect(retranslateProxy(own, here.snapshot, here.delta).removals.map(({ name }) => name)).toEqual(['inbound|80||', 'inbound|90||']);
});

test('labels that no rule asks for make no scope of their own', () => {
  const keys = [{ app: 'a' }, { app: 'b' }].map((labels) => scopeOf(snapshot, { ...somePod, labels }).key);
  expect(keys[0]).toBe(keys[1]);
  const asking = snapshotOf(`
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: picky}
spec: {hosts: [x.example.com], http: [{match: [{sourceLabels: {app: a}}], directResponse: {status: 200}}]}
`);
  const scopes = [{ app: 'a', version: '1' }, { app: 'a', version: '2' }, { app: 'b' }].map((labels) => scopeOf(asking, { ...somePod, labels }).key);
  expect(new Set(scopes).size).toBe(2);
});

test('where a proxy is makes no scope of its own until a rule asks for it', () => {
  const places = ['eu/eu-1', 'us/us-1'].map((place) => ({ ...somePod, labels: localityLabels(place) }));
  const scopes = (at: typeof snapshot) => new Set(places.map((proxy) => scopeOf(at, proxy).key)).size;
  expect(scopes(snapshot)).toBe(1);
  const rule = (at: number) => `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: svc-${at}}
spec: {host: svc-${at}.mesh, trafficPolicy: {outlierDetection: {consecutive5xxErrors: 5}}}
`;
  const asking = changed(rule(7));
  expect(asking.delta.scopes).toBe(true);
  expect(scopes(asking.snapshot)).toBe(2);
  const [here, there] = places.map((proxy) => sorted(translateScope(asking.snapshot, scopeOf(asking.snapshot, proxy)).resources()));
  expect(new Set(there!.filter((resource) => !here!.includes(resource)).map(({ typeUrl }) => typeUrl))).toEqual(new Set([typeUrls.endpoint, typeUrls.listener]));
});

const gateway: ProxyDescription = { ...somePod, type: 'gateway', namespace: 'edge', labels: { istio: 'ingressgateway' } };

function edge(at: number, port: { number: number; protocol: string }, tls = ''): string {
  return `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: edge-${at}}
spec: {selector: {istio: ingressgateway}, servers: [{port: {number: ${port.number}, name: one, protocol: ${port.protocol}}, hosts: [host-${at}.example.com]${tls}}]}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: edge-${at}}
spec: {hosts: [host-${at}.example.com], gateways: [edge-${at}], http: [{route: [{destination: {host: svc-${at}.mesh}}]}]}
---`;
}

test('one more Gateway on a shared port makes its own virtual host, and no listener', () => {
  const web = { number: 80, protocol: 'HTTP' };
  const before = snapshotOf(numbers.map((at) => service(at) + edge(at, web)).join(''));
  const scope = scopeOf(before, gateway);
  const translation = translateScope(before, scope);
  const { resources } = readYaml(edge(20, web), { file: 'change', defaultNamespace: 'default' });
  const next = advance(before, { upserts: resources, removals: [] });
  const { upserts, removals, translation: after } = retranslateScope(translation, next.snapshot, next.delta);
  expect([upserts.map(({ typeUrl, name }) => [typeUrl, name]), removals]).toEqual([[[typeUrls.route, 'http.80']], []]);
  const [old, now] = [translation, after].map(({ tables }) => tables.get('http.80')!);
  expect(now!.names.filter((_, at) => !old!.parts.includes(now!.parts[at]!))).toEqual(['host-20.example.com:80']);
});

test('one more HTTPS server makes its own routes and the listener of its port', () => {
  const web = { number: 443, protocol: 'HTTPS' };
  const tls = ', tls: {mode: SIMPLE, credentialName: one}';
  const before = snapshotOf(numbers.map((at) => service(at) + edge(at, web, tls)).join(''));
  const { resources } = readYaml(edge(20, web, tls), { file: 'change', defaultNamespace: 'default' });
  const next = advance(before, { upserts: resources, removals: [] });
  const { upserts, removals } = retranslateScope(translateScope(before, scopeOf(before, gateway)), next.snapshot, next.delta);
  expect(upserts.map(({ typeUrl, name }) => [typeUrl, name]).sort()).toEqual([[typeUrls.listener, '0.0.0.0_443'], [typeUrls.route, 'https.443.one.edge-20.default']]);
  expect(removals).toEqual([]);
});
