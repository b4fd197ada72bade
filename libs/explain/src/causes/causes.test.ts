import { advance, createSnapshot, defaultMeshConfig } from '@flotilla/mesh';
import { readYaml } from '@flotilla/resources';
import { expect, it } from 'vitest';
import { withCauses } from './causes.ts';
import { configOfProxy } from '../config-of-proxy.ts';
import { readEnvoyConfig } from '../envoy-config.ts';
import { explain } from '../explain.ts';
import { readProxy } from '../read-proxy.ts';
import { readRequest } from '../read-request.ts';

const { resources } = readYaml(`
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: reviews, namespace: shop }
spec: { hosts: [reviews.shop.svc.cluster.local], location: MESH_INTERNAL, resolution: STATIC, ports: [{ number: 80, name: http }], endpoints: [{ address: 10.0.0.1, labels: { version: v1 } }] }
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: reviews, namespace: shop }
spec: { host: reviews, subsets: [{ name: v1, labels: { version: v1 } }] }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: reviews, namespace: shop }
spec:
  hosts: [reviews, shop.example.com]
  gateways: [mesh, edge]
  http:
  - { name: old, match: [{ name: exactly, uri: { exact: /old } }], route: [{ destination: { host: reviews, subset: v1 } }] }
  - { route: [{ destination: { host: reviews } }] }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: other, namespace: shop }
spec: { hosts: [other.example.com], gateways: [edge], http: [{ route: [{ destination: { host: reviews } }] }] }
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: edge, namespace: shop }
spec: { selector: { app: edge }, servers: [{ port: { number: 80, name: http, protocol: HTTP }, hosts: ['*'] }] }
`, { file: 'mesh.yaml', defaultNamespace: 'shop' });
const { snapshot } = advance(createSnapshot(defaultMeshConfig), { upserts: resources, removals: [] });

it.each([
  ['sidecar', 'http://reviews/old', ['route VirtualService/shop/reviews spec.http[0].match[0]', 'cluster ServiceEntry/shop/reviews spec', 'protocol ServiceEntry/shop/reviews spec.ports[0].name', 'cluster DestinationRule/shop/reviews spec.subsets[v1]']],
  ['sidecar', 'http://reviews/', ['route VirtualService/shop/reviews spec.http[1]', 'cluster ServiceEntry/shop/reviews spec', 'protocol ServiceEntry/shop/reviews spec.ports[0].name']],
  ['router', 'http://shop.example.com/old', ['route VirtualService/shop/reviews spec.http[0].match[0]', 'cluster ServiceEntry/shop/reviews spec', 'protocol ServiceEntry/shop/reviews spec.ports[0].name', 'cluster DestinationRule/shop/reviews spec.subsets[v1]']],
  ['router', 'http://other.example.com/', ['route VirtualService/shop/other spec.http[0]', 'cluster ServiceEntry/shop/reviews spec', 'protocol ServiceEntry/shop/reviews spec.ports[0].name']],
  ['sidecar', 'http://elsewhere.com/', ['unknown host MeshConfig outboundTrafficPolicy']],
])('names what sends a %s with %s where it goes', (type, url, causes) => {
  const proxy = readProxy({ type, id: 'edge.shop', configNamespace: 'shop', labels: { app: 'edge' }, ipAddresses: ['10.0.0.9'] });
  const read = readRequest({ url });
  if ('problems' in read) throw new Error(JSON.stringify(read.problems));
  const { causes: found } = withCauses(snapshot, proxy, read.request, explain(readEnvoyConfig(configOfProxy(snapshot, proxy)), proxy, read.request));
  expect(found.filter(({ resource }) => !resource.startsWith('Gateway/')).map(({ of, resource, path }) => `${of} ${resource} ${path}`)).toEqual(causes);
});
