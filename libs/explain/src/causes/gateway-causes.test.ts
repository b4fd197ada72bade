import { expect, it } from 'vitest';
import { asked, causesIn, missesIn } from '../testing/asked.ts';

const gateway = (name: string, spec: string, minute: number): string => `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: ${name}, namespace: shop, creationTimestamp: 2026-01-01T00:0${minute}:00Z }
spec: ${spec}
---`;

const virtualService = (name: string, spec: string): string => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: ${name}, namespace: shop }
spec: ${spec}
---`;

const to = 'route: [{ destination: { host: reviews } }]';
const ask = asked(`
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: reviews, namespace: shop }
spec: { hosts: [reviews.shop.svc.cluster.local], location: MESH_INTERNAL, resolution: STATIC, ports: [{ number: 80, name: http }], endpoints: [{ address: 10.0.0.1 }] }
---
${gateway('first', '{ selector: { app: edge }, servers: [{ port: { number: 80, name: http, protocol: HTTP }, hosts: [a.example.com, "*.example.com"] }, { port: { number: 443, name: https, protocol: HTTPS }, hosts: [a.example.com], tls: { mode: SIMPLE, credentialName: a } }] }', 0)}
${gateway('second', '{ selector: { app: edge }, servers: [{ port: { number: 80, name: http, protocol: HTTP }, hosts: [moved.example.com], tls: { httpsRedirect: true } }, { port: { number: 443, name: tls, protocol: TLS }, hosts: [b.example.com], tls: { mode: PASSTHROUGH } }] }', 1)}
${gateway('third', '{ selector: { app: edge }, servers: [{ port: { number: 80, name: http, protocol: HTTP }, hosts: ["*.example.com"] }, { port: { number: 80, name: tcp, protocol: TCP }, hosts: [tcp.example.com] }, { port: { number: 8080, name: http-more, protocol: HTTP }, hosts: [lonely.org] }] }', 2)}
${gateway('elsewhere', '{ selector: { app: other }, servers: [{ port: { number: 80, name: http, protocol: HTTP }, hosts: [c.org] }] }', 3)}
${virtualService('a', `{ hosts: [a.example.com], gateways: [first], http: [{ ${to} }] }`)}
${virtualService('x', `{ hosts: [x.example.com], gateways: [third], http: [{ ${to} }] }`)}
${virtualService('b', `{ hosts: [b.example.com], gateways: [second], tls: [{ match: [{ sniHosts: [b.example.com] }], ${to} }] }`)}
${virtualService('c', `{ hosts: [c.org], gateways: [elsewhere], http: [{ ${to} }] }`)}
`);
const edge = { type: 'router', id: 'edge.shop', configNamespace: 'shop', labels: { app: 'edge' }, ipAddresses: ['10.0.0.9'] };
const ofGateway = ['listener', 'filter chain', 'virtual host', 'answer'];

it.each([
  ['http://a.example.com/', ['listener Gateway/shop/first spec.servers[0].port', 'filter chain Gateway/shop/first spec.servers[0].port.protocol', 'virtual host Gateway/shop/first spec.servers[0].hosts[0]', 'virtual host Gateway/shop/first spec.servers[0].hosts[1]']],
  // Both first and third have the host, but the VirtualService is bound to the third.
  ['http://x.example.com/', ['listener Gateway/shop/third spec.servers[0].port', 'filter chain Gateway/shop/third spec.servers[0].port.protocol', 'virtual host Gateway/shop/third spec.servers[0].hosts[0]']],
  ['http://moved.example.com/', ['listener Gateway/shop/second spec.servers[0].port', 'filter chain Gateway/shop/second spec.servers[0].port.protocol', 'virtual host Gateway/shop/second spec.servers[0].hosts[0]', 'answer Gateway/shop/second spec.servers[0].tls.httpsRedirect']],
  ['https://a.example.com/', ['listener Gateway/shop/first spec.servers[1].port', 'filter chain Gateway/shop/first spec.servers[1].tls', 'virtual host Gateway/shop/first spec.servers[1].hosts[0]']],
  ['https://b.example.com/', ['listener Gateway/shop/second spec.servers[1].port', 'filter chain Gateway/shop/second spec.servers[1].tls']],
  ['http://nobody.org/', ['listener Gateway/shop/first spec.servers[0].port', 'filter chain Gateway/shop/first spec.servers[0].port.protocol']],
])('names the server that %s meets, of several Gateways on one port', (url, causes) => {
  expect(causesIn(ask(edge, { url }), ...ofGateway)).toEqual(causes);
});

it('says which Gateways came close, and what keeps them from it', () => {
  expect(missesIn(ask(edge, { url: 'http://c.org/' }))).toEqual([
    'virtualHost Gateway/shop/elsewhere spec.selector: is for proxies labelled app=other, this one is app=edge',
    'virtualHost Gateway/shop/first spec.servers[0].hosts: is for a.example.com, *.example.com, the request for c.org',
    'virtualHost Gateway/shop/second spec.servers[0].hosts: is for moved.example.com, the request for c.org',
    'virtualHost Gateway/shop/third spec.servers[0].hosts: is for *.example.com, the request for c.org',
    'virtualHost Gateway/shop/third spec.servers[1]: does not go with what Gateway/shop/first, which is older, has on port 80',
    'virtualHost VirtualService/shop/c spec.gateways: is for shop/elsewhere, none of which is served here on port 80',
  ]);
  expect(missesIn(ask(edge, { url: 'http://a.example.com:81/' }))).toEqual([
    'listener Gateway/shop/first spec.servers[0].port: is for port 80, the request for 81',
    'listener Gateway/shop/first spec.servers[1].port: is for port 443, the request for 81',
    'listener Gateway/shop/third spec.servers[0].port: is for port 80, the request for 81',
  ]);
  expect(missesIn(ask(edge, { url: 'https://c.org/' }))).toEqual([
    'filterChain Gateway/shop/first spec.servers[1].hosts: is for a.example.com, the request for c.org',
    'filterChain Gateway/shop/second spec.servers[1].hosts: is for b.example.com, the request for c.org',
    'filterChain Gateway/shop/elsewhere spec.selector: is for proxies labelled app=other, this one is app=edge',
  ]);
  expect(missesIn(ask(edge, { url: 'http://lonely.org:8080/' }))).toEqual(['virtualHost Gateway/shop/third spec.servers[2]: has no VirtualService that says where its traffic goes']);
});
