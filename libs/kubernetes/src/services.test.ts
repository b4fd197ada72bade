import { describe, expect, it } from 'vitest';
import { inventory } from './inventory.ts';
import { readLiveObject } from './live-object.ts';
import { readObject } from './object.ts';
import { servicesOf } from './services.ts';

type Fields = Readonly<Record<string, unknown>>;
const object = (kind: string, name: string, fields: Fields, metadata: Fields = {}) => readObject({ apiVersion: 'v1', kind, metadata: { name, namespace: 'shop', ...metadata }, ...fields }, 'default')!;
const service = (spec: Fields, metadata: Fields = {}, name = 'reviews') => object('Service', name, { spec: { clusterIP: '10.1.0.1', ports: [{ name: 'http', port: 80, targetPort: 'web' }], selector: { app: 'reviews' }, ...spec } }, metadata);
const pod = (name: string, podIP: string, fields: Fields = {}, ready = 'True') =>
  object('Pod', name, {
    spec: { serviceAccountName: 'reviewer', nodeName: 'n1', containers: [{ ports: [{ name: 'web', containerPort: 9080 }] }], ...fields },
    status: { podIP, conditions: [{ type: 'Ready', status: ready }] },
  }, { labels: { app: 'reviews', version: name } });
const node = object('Node', 'n1', {}, { namespace: undefined, labels: { 'topology.kubernetes.io/region': 'eu', 'topology.kubernetes.io/zone': 'a' } });
const made = (...objects: Parameters<typeof inventory>[0] extends Iterable<infer T> ? T[] : never) => servicesOf(inventory(objects), 'svc.cluster.local');

describe('a Service', () => {
  it('is known by its full name, its address and its ports', () => {
    const [entry] = made(service({ clusterIPs: ['10.1.0.1', 'fd00::1'], ports: [{ name: 'http', port: 80, targetPort: 9080 }, { port: 9090, appProtocol: 'kubernetes.io/h2c' }, { name: 'db', port: 3306 }, { name: 'dns', port: 53, protocol: 'UDP' }] }));
    expect(entry).toMatchObject({
      kind: 'ServiceEntry',
      metadata: { name: 'Service:reviews', namespace: 'shop' },
      spec: { hosts: ['reviews.shop.svc.cluster.local'], addresses: ['10.1.0.1', 'fd00::1'], location: 'MESH_INTERNAL', resolution: 'STATIC', workloadSelector: { labels: { app: 'reviews' } } },
    });
    expect(entry?.spec.ports).toEqual([{ number: 80, name: 'http', targetPort: 9080 }, { number: 9090, name: 'port-9090', protocol: 'HTTP2' }, { number: 3306, name: 'db', protocol: 'TCP' }]);
  });

  it('says who may see it', () => expect(made(service({}, { annotations: { 'networking.istio.io/exportTo': '., shop2' } }))[0]?.spec.exportTo).toEqual(['.', 'shop2']));

  it('says where it is reached from outside', () => {
    const balanced = readLiveObject({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'eastwest', namespace: 'shop' }, spec: { ports: [{ port: 15443 }], externalIPs: ['192.0.2.9', '192.0.2.1'] }, status: { loadBalancer: { ingress: [{ ip: '192.0.2.1' }, { hostname: 'lb.example.com' }] } } })!;
    expect(made(balanced)[0]?.metadata.annotations).toEqual({ 'networking.flotilla.dev/external-addresses': '192.0.2.1,lb.example.com,192.0.2.9' });
    expect(made(service({ ports: [{ port: 80 }] }))[0]?.metadata.annotations).toEqual({});
  });

  it('says which ports lead to a name, for workloads that no cluster lists', () => {
    const ports = [{ name: 'http', port: 80, targetPort: 'web' }, { name: 'admin', port: 81, targetPort: 8081 }, { port: 90, targetPort: 'rpc' }];
    expect(made(service({ ports }))[0]?.metadata.annotations).toEqual({ 'networking.flotilla.dev/target-names': 'http=web,port-90=rpc' });
  });

  it('lends its host to the names of others that stand for it, and to none that lead in a circle', () => {
    const external = (name: string, target: string) => service({ type: 'ExternalName', externalName: target }, {}, name);
    const entries = made(service({}), external('old', 'older.shop.svc.cluster.local'), external('older', 'reviews.shop.svc.cluster.local.'), external('a', 'b.shop.svc.cluster.local'), external('b', 'a.shop.svc.cluster.local'));
    expect(entries.map(({ metadata }) => metadata.annotations)).toMatchObject([{ 'networking.flotilla.dev/aliases': 'old.shop.svc.cluster.local,older.shop.svc.cluster.local' }]);
  });
});

describe('endpoints', () => {
  it('are the ready ones of its slices, with what their pods and nodes say', () => {
    const slice = object('EndpointSlice', 'reviews-x', {
      ports: [{ name: 'http', port: 9080 }],
      endpoints: [{ addresses: ['10.0.0.1'], targetRef: { kind: 'Pod', name: 'v1' } }, { addresses: ['10.0.0.2'], conditions: { ready: false } }],
    }, { labels: { 'kubernetes.io/service-name': 'reviews' } });
    expect(made(service({}), slice, pod('v1', '10.0.0.1'), node)[0]?.spec.endpoints).toEqual([
      { address: '10.0.0.1', ports: { http: 9080 }, labels: { app: 'reviews', version: 'v1' }, locality: 'eu/a', serviceAccount: 'reviewer' },
    ]);
    expect(made(service({ publishNotReadyAddresses: true }), slice)[0]?.spec.endpoints?.map(({ address }) => address)).toEqual(['10.0.0.1', '10.0.0.2']);
  });

  it.each([
    ['topology.istio.io/locality', 'us.b.rack', 'us/b/rack'],
    ['istio-locality', 'us.b', 'us/b'],
    ['istio-locality', '', 'eu/a'],
  ])('are where the label %s of their pods says: %s', (label, value, locality) => {
    const labelled = object('Pod', 'v1', { spec: { nodeName: 'n1' }, status: { podIP: '10.0.0.1' } }, { labels: { app: 'reviews', [label]: value } });
    expect(made(service({}), labelled, node)[0]?.spec.endpoints).toMatchObject([{ locality }]);
  });

  it('are of the first family of a service that has two', () => {
    const of = (addressType: string, address: string) => object('EndpointSlice', `reviews-${addressType}`, { addressType, ports: [{ name: 'http', port: 9080 }], endpoints: [{ addresses: [address] }] }, { labels: { 'kubernetes.io/service-name': 'reviews' } });
    const slices = [of('IPv4', '10.0.0.1'), of('IPv6', 'fd00::1'), of('FQDN', 'a.com')];
    const addresses = (...ipFamilies: string[]) => made(service({ ipFamilies }), ...slices)[0]?.spec.endpoints?.map(({ address }) => address);
    expect([addresses('IPv4', 'IPv6'), addresses('IPv6', 'IPv4'), addresses()]).toEqual([['10.0.0.1'], ['fd00::1'], ['10.0.0.1', 'fd00::1']]);
  });

  it('are those on their way out while nobody else is there', () => {
    const of = (address: string, conditions: Fields) => ({ addresses: [address], conditions });
    const slice = (...endpoints: Fields[]) => object('EndpointSlice', 'reviews-x', { ports: [{ name: 'http', port: 9080 }], endpoints }, { labels: { 'kubernetes.io/service-name': 'reviews' } });
    const [old, ended, fresh] = [of('10.0.0.1', { ready: false, serving: true, terminating: true }), of('10.0.0.2', { ready: false, serving: false, terminating: true }), of('10.0.0.3', { ready: true })];
    const addresses = (...endpoints: Fields[]) => made(service({}), slice(...endpoints))[0]?.spec.endpoints?.map(({ address }) => address);
    expect(addresses(old, ended)).toEqual(['10.0.0.1']);
    expect(addresses(old, ended, fresh)).toEqual(['10.0.0.3']);
  });

  it('are those of its Endpoints where there are no slices', () => {
    const endpoints = object('Endpoints', 'reviews', { subsets: [{ addresses: [{ ip: '10.0.0.7' }], notReadyAddresses: [{ ip: '10.0.0.8' }], ports: [{ name: 'http', port: 9080 }] }] });
    expect(made(service({}), endpoints)[0]?.spec.endpoints).toEqual([{ address: '10.0.0.7', ports: { http: 9080 } }]);
  });

  it('are the pods that it selects where nobody has listed them, their ports found by name', () => {
    const others = object('Pod', 'other', { spec: {}, status: { podIP: '10.0.0.4' } }, { labels: { app: 'other' } });
    expect(made(service({}), pod('v1', '10.0.0.1'), pod('v2', '10.0.0.2', {}, 'False'), others)[0]?.spec.endpoints).toMatchObject([{ address: '10.0.0.1', ports: { http: 9080 } }]);
  });

  it('are the addresses of a headless service', () => {
    const [entry] = made(service({ clusterIP: 'None' }), pod('v1', '10.0.0.1'));
    expect(entry).toMatchObject({ spec: { resolution: 'NONE', addresses: ['10.0.0.1'] }, metadata: { annotations: { 'networking.flotilla.dev/aliases': '*.reviews.shop.svc.cluster.local' } } });
  });
});

it('takes objects of no sense for what sense they have', () => {
  expect(made(service({ ports: 'many' }), object('Service', 'x', { spec: 7 }), object('Pod', 'p', { spec: { containers: {} }, status: [] }))).toEqual([]);
});
