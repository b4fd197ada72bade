import { describe, expect, it } from 'vitest';
import { asked, causesIn, missesIn } from '../testing/asked.ts';

const service = (name: string, spec: string): string => `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: ${name}, namespace: shop }
spec: { hosts: [${name}.shop.svc.cluster.local], location: MESH_INTERNAL, resolution: STATIC, ${spec} }
---`;

const ask = asked(`
${service('reviews', 'ports: [{ number: 80, name: http }], workloadSelector: { labels: { app: reviews } }')}
${service('ratings', 'ports: [{ number: 80, name: http }], endpoints: [{ address: 10.0.0.3 }, { address: "2001:db8::3" }]')}
${service('secret', 'ports: [{ number: 80, name: http }], exportTo: [.]')}
${service('mongo', 'ports: [{ number: 27017, name: mongo }], addresses: [10.9.0.1], endpoints: [{ address: 10.0.0.5 }]')}
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: pay, namespace: shop }
spec: { hosts: [a.pay.com, b.pay.com], resolution: DNS, ports: [{ number: 443, name: tls, protocol: TLS }] }
---
apiVersion: networking.istio.io/v1
kind: WorkloadEntry
metadata: { name: reviews-1, namespace: shop }
spec: { address: 10.0.0.1, labels: { app: reviews } }
---
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: { name: narrow, namespace: shop }
spec:
  workloadSelector: { labels: { app: narrow } }
  outboundTrafficPolicy: { mode: REGISTRY_ONLY }
  egress: [{ port: { number: 9090, protocol: HTTP, name: http }, hosts: [./ratings.shop.svc.cluster.local] }, { hosts: [./reviews.shop.svc.cluster.local] }]
  ingress: [{ port: { number: 7070, protocol: HTTP, name: http }, defaultEndpoint: 127.0.0.1:8080 }]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: mongo, namespace: shop }
spec:
  hosts: [mongo]
  tcp:
  - { match: [{ destinationSubnets: [10.8.0.0/16] }], route: [{ destination: { host: reviews, port: { number: 80 } } }] }
  - { match: [{ sourceLabels: { app: other } }, { port: 27017 }], route: [{ destination: { host: ratings, port: { number: 80 } } }] }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: pay, namespace: shop }
spec: { hosts: [a.pay.com, b.pay.com], tls: [{ match: [{ sniHosts: [a.pay.com] }, { sniHosts: [b.pay.com] }], route: [{ destination: { host: a.pay.com, port: { number: 443 } } }] }] }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: edge, namespace: shop }
spec: { hosts: [edge.org], gateways: [edge], http: [{ route: [{ destination: { host: reviews } }] }] }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: private, namespace: shop }
spec: { hosts: [private.org], exportTo: [.], http: [{ route: [{ destination: { host: reviews } }] }] }
`);
const web = { id: 'web.shop', configNamespace: 'shop', ipAddresses: ['10.0.0.9'] };
const narrow = { ...web, labels: { app: 'narrow' } };
const foreign = { ...web, configNamespace: 'elsewhere' };

describe('a Sidecar', () => {
  it('is told where it shapes what a proxy sees', () => {
    expect(causesIn(ask(narrow, { url: 'http://reviews/' }), 'listener', 'unknown host')).toEqual(['listener Sidecar/shop/narrow spec.egress[1]']);
    expect(causesIn(ask(narrow, { callMode: 'inbound', port: 7070, protocol: 'http', tls: 'mtls' }))).toEqual(['cluster Sidecar/shop/narrow spec.ingress[0]', 'protocol Sidecar/shop/narrow spec.ingress[0].port']);
  });

  it('hides hosts, and says what becomes of them', () => {
    const explanation = ask(narrow, { url: 'http://ratings/' });
    expect(causesIn(explanation)).toEqual(['listener Sidecar/shop/narrow spec.egress[1]', 'unknown host Sidecar/shop/narrow spec.outboundTrafficPolicy']);
    expect(missesIn(explanation)).toEqual(['virtualHost Sidecar/shop/narrow spec.egress[1].hosts: is not among the hosts that the Sidecar imports']);
  });
});

it.each([
  ['a port that the service has not', web, 'http://reviews:81/', ['virtualHost ServiceEntry/shop/reviews spec.ports: has the ports 80, the request is for 81']],
  ['a service of another namespace alone', foreign, 'http://secret.shop/', ['virtualHost ServiceEntry/shop/secret spec.exportTo: is for ., the proxy is in elsewhere']],
  ['a rule for gateways', web, 'http://edge.org/', ['virtualHost VirtualService/shop/edge spec.gateways: is for the gateways shop/edge, not for the mesh']],
  ['a rule of another namespace alone', foreign, 'http://private.org/', ['virtualHost VirtualService/shop/private spec.exportTo: is for ., the proxy is in elsewhere']],
])('says that there is %s', (_, proxy, url, misses) => {
  expect(missesIn(ask(proxy, { url }))).toEqual(misses);
});

it('names the rules for connections', () => {
  expect(causesIn(ask(web, { address: '10.9.0.1', port: 27017, protocol: 'tcp' }), 'route')).toEqual(['route VirtualService/shop/mongo spec.tcp[1].match[1]']);
  expect(causesIn(ask(web, { port: 443, protocol: 'tcp', tls: 'tls', sni: 'b.pay.com' }), 'route')).toEqual(['route VirtualService/shop/pay spec.tls[0].match[1]']);
});

it('names what endpoints come of', () => {
  expect(causesIn(ask(web, { url: 'http://reviews/' }), 'endpoints')).toEqual(['endpoints WorkloadEntry/shop/reviews-1 spec']);
  expect(causesIn(ask(web, { url: 'http://ratings/' }), 'endpoints')).toEqual(['endpoints ServiceEntry/shop/ratings spec.endpoints[0]', 'endpoints ServiceEntry/shop/ratings spec.endpoints[1]']);
});
