import { expect, it } from 'vitest';
import { asked, causesIn } from '../testing/asked.ts';

const ask = asked(`
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
`);

it.each([
  ['sidecar', 'http://reviews/old', ['route VirtualService/shop/reviews spec.http[0].match[0]', 'cluster ServiceEntry/shop/reviews spec', 'protocol ServiceEntry/shop/reviews spec.ports[0].name', 'cluster DestinationRule/shop/reviews spec.subsets[v1]']],
  ['sidecar', 'http://reviews/', ['route VirtualService/shop/reviews spec.http[1]', 'cluster ServiceEntry/shop/reviews spec', 'protocol ServiceEntry/shop/reviews spec.ports[0].name']],
  ['router', 'http://shop.example.com/old', ['route VirtualService/shop/reviews spec.http[0].match[0]', 'cluster ServiceEntry/shop/reviews spec', 'protocol ServiceEntry/shop/reviews spec.ports[0].name', 'cluster DestinationRule/shop/reviews spec.subsets[v1]']],
  ['router', 'http://other.example.com/', ['route VirtualService/shop/other spec.http[0]', 'cluster ServiceEntry/shop/reviews spec', 'protocol ServiceEntry/shop/reviews spec.ports[0].name']],
  ['sidecar', 'http://elsewhere.com/', ['unknown host MeshConfig/istio-system/default spec.outboundTrafficPolicy']],
])('names what sends a %s with %s where it goes', (type, url, causes) => {
  const found = causesIn(ask({ type, id: 'edge.shop', configNamespace: 'shop', labels: { app: 'edge' }, ipAddresses: ['10.0.0.9'] }, { url }), 'route', 'cluster', 'protocol', 'unknown host');
  expect(found).toEqual(causes);
});
