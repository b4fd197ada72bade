import { expect, it } from 'vitest';
import { asked, causesIn } from '../testing/asked.ts';

const service = (name: string, port: number): string => `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: ${name}, namespace: shop }
spec: { hosts: [${name}.shop.svc.cluster.local], location: MESH_INTERNAL, resolution: STATIC, ports: [{ number: ${port}, name: http }], endpoints: [{ address: 10.0.0.1 }] }
---`;

const filter = (name: string, patches: readonly string[], selector = ''): string => `
apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
metadata: { name: ${name}, namespace: shop }
spec: { ${selector} configPatches: [${patches.join(', ')}] }
---`;

const lua = '{ operation: INSERT_FIRST, value: { name: own.lua, typed_config: { "@type": type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua, default_source_code: { inline_string: "" } } } }';
const manager = 'filter: { name: envoy.filters.network.http_connection_manager }';

const ask = asked(`
${service('reviews', 80)}
${service('ratings', 80)}
${service('details', 90)}
${filter('out', [
  `{ applyTo: HTTP_FILTER, match: { context: SIDECAR_OUTBOUND, listener: { portNumber: 80, filterChain: { ${manager} } } }, patch: ${lua} }`,
  '{ applyTo: VIRTUAL_HOST, match: { routeConfiguration: { vhost: { name: "ratings.shop.svc.cluster.local:80" } } }, patch: { operation: MERGE, value: { include_attempt_count_in_response: true } } }',
  '{ applyTo: HTTP_ROUTE, match: { routeConfiguration: { vhost: { name: "reviews.shop.svc.cluster.local:80" } } }, patch: { operation: MERGE, value: { route: { timeout: 7s } } } }',
  '{ applyTo: ROUTE_CONFIGURATION, match: { routeConfiguration: { name: "80" } }, patch: { operation: MERGE, value: { response_headers_to_remove: [server] } } }',
  '{ applyTo: CLUSTER, match: { cluster: { service: reviews.shop.svc.cluster.local } }, patch: { operation: MERGE, value: { connect_timeout: 3s } } }',
  '{ applyTo: LISTENER, match: { listener: { name: "0.0.0.0_80" } }, patch: { operation: MERGE, value: { per_connection_buffer_limit_bytes: 4096 } } }',
])}
${filter('in', [8080, 9090].map((port) => `{ applyTo: HTTP_FILTER, match: { context: SIDECAR_INBOUND, listener: { portNumber: ${port}, filterChain: { ${manager} } } }, patch: ${lua} }`))}
${filter('added', [
  '{ applyTo: VIRTUAL_HOST, match: { routeConfiguration: { name: "90" } }, patch: { operation: ADD, value: { name: mine, domains: [mine.org], routes: [{ match: { prefix: / }, route: { cluster: mine } }] } } }',
  '{ applyTo: CLUSTER, patch: { operation: ADD, value: { name: mine, type: STATIC, load_assignment: { cluster_name: mine } } } }',
])}
${service('own', 8080).replace('10.0.0.1', '10.0.0.9')}
${service('other', 9090).replace('10.0.0.1', '10.0.0.9')}
`);
const web = { id: 'web.shop', configNamespace: 'shop', ipAddresses: ['10.0.0.9'] };
const patches = (request: object): string[] => causesIn(ask(web, request)).filter((line) => line.includes(' EnvoyFilter/'));
const out = (part: string, at: number): string => `${part} EnvoyFilter/shop/out spec.configPatches[${at}]`;

it.each([
  ['http://reviews/', [out('filter chain', 0), out('virtual host', 2), out('routes', 3), out('cluster', 4), out('listener', 5)]],
  ['http://ratings/', [out('filter chain', 0), out('virtual host', 1), out('routes', 3), out('listener', 5)]],
  ['http://details:90/', []],
  ['http://mine.org:90/', ['virtual host EnvoyFilter/shop/added spec.configPatches[0]', 'cluster EnvoyFilter/shop/added spec.configPatches[1]']],
])('names the patches that %s meets, and none that hit something else alone', (url, causes) => {
  expect(patches({ url })).toEqual(causes);
});

it.each([[8080, 0], [9090, 1]])('tells patches of one listener apart by the way in to port %i', (port, at) => {
  expect(patches({ callMode: 'inbound', port, protocol: 'http', tls: 'mtls' })).toEqual([`filter chain EnvoyFilter/shop/in spec.configPatches[${at}]`]);
});
