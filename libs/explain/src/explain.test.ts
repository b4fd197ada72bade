import { advance, createSnapshot, defaultMeshConfig } from '@flotilla/mesh';
import { readYaml } from '@flotilla/resources';
import { allSteps } from '@flotilla/translate';
import { describe, expect, it } from 'vitest';
import { configOfProxy } from './config-of-proxy.ts';
import { readEnvoyConfig } from './envoy-config.ts';
import { explain } from './explain.ts';
import type { Explanation } from './explanation.ts';
import { readProxy } from './read-proxy.ts';
import { readRequest } from './read-request.ts';

const mesh = `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: reviews, namespace: shop }
spec:
  hosts: [reviews.shop.svc.cluster.local]
  location: MESH_INTERNAL
  resolution: STATIC
  ports: [{ number: 9080, name: http }]
  endpoints: [{ address: 10.0.0.1, locality: eu/a, labels: { version: v1, security.istio.io/tlsMode: istio } }, { address: 10.0.0.2, weight: 3, labels: { version: v2 } }]
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: reviews, namespace: shop }
spec:
  host: reviews
  subsets: [{ name: v1, labels: { version: v1 } }, { name: v2, labels: { version: v2 } }]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: reviews, namespace: shop }
spec:
  hosts: [reviews]
  http:
  - name: jason
    match: [{ headers: { end-user: { exact: jason } } }]
    fault: { abort: { httpStatus: 503, percentage: { value: 50 } } }
    timeout: 2s
    retries: { attempts: 3, retryOn: 5xx, perTryTimeout: 500ms }
    route: [{ destination: { host: reviews, subset: v2 } }]
  - name: moved
    match: [{ uri: { exact: /old } }]
    redirect: { uri: /new, redirectCode: 308 }
  - name: rest
    route: [{ destination: { host: reviews, subset: v1 }, weight: 90 }, { destination: { host: reviews, subset: v2 }, weight: 10 }]
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: edge, namespace: shop }
spec:
  selector: { app: edge }
  servers: [{ port: { number: 80, name: http, protocol: HTTP }, hosts: [shop.example.com] }]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: edge, namespace: shop }
spec:
  hosts: [shop.example.com]
  gateways: [edge]
  http: [{ match: [{ uri: { prefix: /reviews } }], route: [{ destination: { host: reviews, subset: v3 } }] }]
`;

const ranges = `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: ranges, namespace: shop }
spec: { hosts: [ranges.example.com], addresses: [10.9.0.0/16], resolution: NONE, ports: [{ number: 9080, name: tcp }] }
`;

const { resources } = readYaml(`${mesh}---${ranges}`, { file: 'mesh.yaml', defaultNamespace: 'shop' });
const { snapshot } = advance(createSnapshot(defaultMeshConfig), { upserts: resources, removals: [] });
const client = { id: 'web.shop', ipAddresses: ['10.0.0.9'], configNamespace: 'shop' };

function ask(request: object, proxy: object = client): Explanation {
  const described = readProxy(proxy);
  const read = readRequest(request);
  if ('problems' in read) throw new Error(JSON.stringify(read.problems));
  return explain(allSteps(readEnvoyConfig(configOfProxy(snapshot, described))), described, read.request);
}

describe('explain', () => {
  it('follows a request to its endpoints, with what applies on the way', () => {
    expect(ask({ url: 'http://reviews:9080/', headers: { 'end-user': 'jason' } })).toMatchObject({
      error: null,
      listener: '0.0.0.0_9080',
      routeConfig: '9080',
      virtualHost: 'reviews.shop.svc.cluster.local:9080',
      route: 'jason',
      cluster: 'outbound|9080|v2|reviews.shop.svc.cluster.local',
      endpoints: [{ address: '10.0.0.2:9080', weight: 3, security: 'plain text' }],
      policies: { timeout: '2s', retries: { attempts: 3, perTryTimeout: '0.5s' }, faults: { abort: { status: 503, percent: 50 } } },
    });
  });

  it('looks at the host alone where the port of the connection says which is meant', () => {
    expect(ask({ url: 'http://reviews/', port: 9080, headers: { host: 'reviews:1234', 'end-user': 'jason' } })).toMatchObject({ virtualHost: 'reviews.shop.svc.cluster.local:9080', route: 'jason' });
  });

  it('goes by the target for clients without a proxy, which answer nothing themselves', () => {
    const proxyless = { ...client, metadata: { GENERATOR: 'grpc' } };
    expect(ask({ url: 'http://reviews:9080/', headers: { 'end-user': 'jason' } }, proxyless)).toMatchObject({
      error: null,
      listener: 'reviews:9080',
      routeConfig: 'outbound|9080||reviews.shop.svc.cluster.local',
      cluster: 'outbound|9080|v2|reviews.shop.svc.cluster.local',
      endpoints: [{ address: '10.0.0.2:9080', weight: 3 }],
    });
    expect(ask({ url: 'http://reviews:9080/old' }, proxyless)).toMatchObject({ route: 'moved', policies: { faults: { abort: { status: 503, percent: 100 } } } });
    expect(ask({ url: 'http://nobody:9080/' }, proxyless).error).toBe('no listener matched');
  });

  it('names all clusters of a weighted route, and what came close', () => {
    const { cluster, clusters, nearMisses } = ask({ url: 'http://reviews:9080/' });
    expect(cluster).toBeNull();
    expect(clusters.map(({ name, weight }) => [name, weight])).toEqual([['outbound|9080|v1|reviews.shop.svc.cluster.local', 90], ['outbound|9080|v2|reviews.shop.svc.cluster.local', 10]]);
    expect(nearMisses.filter(({ at }) => at === 'route')).toEqual([
      { at: 'route', name: 'jason', reason: 'asks header end-user to be "jason"; there is none' },
      { at: 'route', name: 'moved', reason: 'asks for the path /old' },
    ]);
  });

  it('says how each endpoint is spoken with: by mTLS where a sidecar stands before it, though no rule says so', () => {
    const { endpoints } = ask({ url: 'http://reviews:9080/' });
    expect(endpoints.map(({ address, security }) => [address, security])).toEqual([['10.0.0.1:9080', 'mTLS'], ['10.0.0.2:9080', 'plain text']]);
  });

  it('keeps the port apart from an address of IPv6', () => {
    expect(ask({ address: '2001:db8::1', port: 9090 }).endpoints.map(({ address }) => address)).toEqual(['[2001:db8::1]:9090']);
  });

  it('knows what Envoy answers by itself', () => {
    expect(ask({ url: 'http://reviews:9080/old' })).toMatchObject({ route: 'moved', cluster: null, response: { status: 308, location: '/new' } });
  });

  it('says where the way ends', () => {
    expect(ask({ url: 'http://shop.example.com:81/' }, { ...client, type: 'router', labels: { app: 'edge' } }).error).toBe('no listener matched');
    expect(ask({ url: 'http://shop.example.com/other' }, { ...client, type: 'router', labels: { app: 'edge' } })).toMatchObject({ error: 'no route matched', virtualHost: 'shop.example.com:80' });
    expect(ask({ url: 'http://elsewhere.com/' }, { ...client, type: 'router', labels: { app: 'edge' } }).error).toBe('no virtual host matched');
  });

  it('warns of a cluster that the proxy is not given', () => {
    expect(ask({ url: 'http://shop.example.com/reviews' }, { ...client, type: 'router', labels: { app: 'edge' } }).warnings).toEqual([
      'the proxy is given no cluster outbound|9080|v3|reviews.shop.svc.cluster.local: requests for it are answered with 503',
    ]);
  });

  it('goes through the HTTP proxy where nothing is intercepted', () => {
    const metadata = { INTERCEPTION_MODE: 'NONE', HTTP_PROXY_PORT: '15002' };
    expect(ask({ url: 'http://reviews:9080/old' }, { ...client, metadata })).toMatchObject({ listener: '10.0.0.9_15002', routeConfig: 'http_proxy', route: 'moved' });
  });

  it.each([
    ['bytes for nobody', { address: '10.8.0.1', protocol: 'tcp' }, 'PassthroughCluster'],
    ['TLS that will speak of HTTP', { address: '10.8.0.1', protocol: 'http', tls: 'tls' }, 'PassthroughCluster'],
    ['bytes for a range', { address: '10.9.0.1', protocol: 'tcp' }, 'outbound|9080||ranges.example.com'],
    ['TLS for a range', { address: '10.9.0.1', protocol: 'tcp', tls: 'tls' }, 'outbound|9080||ranges.example.com'],
  ])('tells what is not HTTP apart on a port for HTTP: %s', (_, request, cluster) => {
    expect(ask({ port: 9080, ...request })).toMatchObject({ error: null, listener: '0.0.0.0_9080', cluster });
  });

  it('takes what comes in to the workload', () => {
    const workload = { ...client, ipAddresses: ['10.0.0.1'] };
    expect(ask({ callMode: 'inbound', port: 9080, protocol: 'http', tls: 'mtls' }, workload)).toMatchObject({ listener: 'virtualInbound', cluster: 'inbound|9080||', tls: 'terminated, client certificate required' });
    expect(ask({ callMode: 'inbound', port: 9080, protocol: 'http', tls: 'tls' }, workload).error).toBe('invalid mTLS');
  });
});
