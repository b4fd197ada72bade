import { echoPorts } from '@flotilla/echo';
import { freePorts, startEnvoy, type TestEnvoy } from '@flotilla/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { egressTo } from '../../src/egress.ts';
import { startProcessMesh, type ProcessMesh } from '../../src/process-mesh.ts';
import type { TestApp } from '../../src/test-app.ts';

const target = 'far.example.com:7777';
let mesh: ProcessMesh;
let far: TestApp;
let talker: TestApp;
let proxy: TestEnvoy;
let ports: Readonly<Record<'CONNECT' | 'POST', number>>;
beforeAll(async () => {
  mesh = await startProcessMesh();
  [far, talker] = await Promise.all([mesh.attach({ app: 'far', version: 'v1', sidecar: false }), mesh.attach({ app: 'talker', version: 'v1' })]);
  const [connect = 0, post = 0] = await freePorts(2);
  ports = { CONNECT: connect, POST: post };
  proxy = await startEnvoy({
    static_resources: {
      listeners: [
        tunnelEnd('connect', connect, { match: { connect_matcher: {} }, connect_config: {} }),
        tunnelEnd('post', post, { match: { prefix: '/', headers: [{ name: ':method', string_match: { exact: 'POST' } }] }, connect_config: { allow_post: true } }),
      ],
      clusters: [{ name: 'far', type: 'STATIC', load_assignment: { cluster_name: 'far', endpoints: [{ lb_endpoints: [{ endpoint: { address: at(far.address ?? '', echoPorts.tcp) } }] }] } }],
    },
  });
  await mesh.apply(egressTo('far', { app: 'talker', version: 'v1', bind: talker.egressAddress }));
});
afterAll(async () => {
  await Promise.all([far, talker].map((app) => app.detach()));
  await mesh.stop();
  await proxy.stop();
});

function at(address: string, port: number) {
  return { socket_address: { address, port_value: port } };
}

/** Takes tunnels to the target alone, and those only as its route has them. */
function tunnelEnd(name: string, port: number, { match, connect_config }: { readonly match: object; readonly connect_config: object }) {
  const routes = [{ match, route: { cluster: 'far', upgrade_configs: [{ upgrade_type: 'CONNECT', connect_config }] } }];
  const manager = {
    '@type': 'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
    stat_prefix: name,
    route_config: { virtual_hosts: [{ name: 'far', domains: [target], routes }] },
    http_filters: [{ name: 'router', typed_config: { '@type': 'type.googleapis.com/envoy.extensions.filters.http.router.v3.Router' } }],
    upgrade_configs: [{ upgrade_type: 'CONNECT' }],
  };
  return { name, address: at('127.0.0.1', port), filter_chains: [{ filters: [{ name: 'http', typed_config: manager }] }] };
}

it.each(['CONNECT', 'POST'] as const)('connections go through the tunnel that a proxy makes of a %s', async (protocol) => {
  await mesh.apply(`
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: proxy, namespace: default}
spec:
  hosts: [proxy.example.com]
  location: MESH_EXTERNAL
  resolution: STATIC
  ports: [{number: 3128, name: tcp}]
  endpoints: [{address: 127.0.0.1, ports: {tcp: ${ports[protocol]}}}]
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: proxy, namespace: default}
spec: {host: proxy.example.com, trafficPolicy: {tunnel: {protocol: ${protocol}, targetHost: far.example.com, targetPort: 7777}}}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: far, namespace: default}
spec:
  hosts: [far.default.svc.cluster.local]
  tcp: [{route: [{destination: {host: proxy.example.com, port: {number: 3128}}}]}]`);
  const call = () => talker.call({ protocol: 'tcp', url: `tcp://${talker.egressAddress ?? ''}:${echoPorts.tcp}`, messages: ['hello', 'again'] });
  await expect.poll(call, { timeout: 10_000 }).toMatchObject({ body: far.name, messages: ['hello', 'again'] });
  const taken = (await (await fetch(`${proxy.adminUrl}/stats?filter=http.${protocol.toLowerCase()}.downstream_rq_total`)).text()).trim();
  expect(taken, 'a call past the tunnel would be answered too').toMatch(/: [1-9]\d*$/);
});
