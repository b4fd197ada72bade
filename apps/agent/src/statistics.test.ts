import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { freePorts, startEnvoy, type TestEnvoy } from '@flotilla/testing';
import type { ProxySettings } from '@flotilla/resources';
import { expect, it, onTestFinished } from 'vitest';
import { bootstrapOf, type BootstrapOptions } from './bootstrap.ts';
import { withDefaults } from './workload.ts';

const options: BootstrapOptions = {
  pilotAddress: ['127.0.0.1:1'], mixerAddress: '127.0.0.1:1', credentialsAddress: '127.0.0.1:1',
  trustDomain: 'cluster.local', clusterId: 'Kubernetes', xdsMode: 'delta', adminSocket: 'admin.sock', secretSocket: 'sds.sock', statusPort: 15_020,
};
const workload = withDefaults({ name: 'reviews-v1', address: '127.0.0.1', httpProxyPort: 15_002 });
const clusters = ['outbound|80|v1|reviews.default.svc.cluster.local', 'outbound|443||api.corp.internal', 'outbound|443||a.ssl.example.com', 'ratings.named_80.by_pattern', 'outbound_.80_.v1_.reviews.default.svc.cluster.local', 'inbound|9080||', 'PassthroughCluster'];

/** An Envoy as an agent starts it, which is not to wait for a Pilot: with these clusters at `upstream`, and a listener on `port` that leads to the first two. */
async function startWith(config: ProxySettings, upstream: number, port: number): Promise<TestEnvoy> {
  const { stats_config, node } = bootstrapOf(workload, config, options);
  const endpoint = { endpoint: { address: { socket_address: { address: '127.0.0.1', port_value: upstream } } } };
  const cluster = (name: string): object => ({ name, type: 'STATIC', load_assignment: { cluster_name: name, endpoints: [{ lb_endpoints: [endpoint] }] } });
  const routes = [{ match: { prefix: '/api' }, route: { cluster: clusters[1] }, stat_prefix: 'api' }, { match: { prefix: '/' }, route: { cluster: clusters[0] } }];
  const manager = {
    '@type': 'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
    stat_prefix: 'outbound_0.0.0.0_9080',
    route_config: { name: '9080', virtual_hosts: [{ name: 'reviews.default.svc.cluster.local:9080', domains: ['*'], routes }] },
    http_filters: [{ name: 'router', typed_config: { '@type': 'type.googleapis.com/envoy.extensions.filters.http.router.v3.Router' } }],
  };
  const listener = { name: 'in', address: { socket_address: { address: '127.0.0.1', port_value: port } }, filter_chains: [{ filters: [{ name: 'http', typed_config: manager }] }] };
  return startEnvoy({ node, stats_config, static_resources: { clusters: [...clusters, 'xds-grpc'].map(cluster), listeners: [listener] } });
}

/** The metrics in Prometheus' format after a request to each of the two clusters, with labels in order. */
async function metricsWith(config: ProxySettings): Promise<string[]> {
  const server = createServer((_, response) => response.end('well')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close().closeAllConnections();
  });
  const [port = 0] = await freePorts(1);
  const envoy = await startWith(config, (server.address() as AddressInfo).port, port);
  onTestFinished(() => envoy.stop());
  for (const path of ['/', '/api']) expect((await fetch(`http://127.0.0.1:${port}${path}`)).status).toBe(200);
  const text = await (await fetch(`${envoy.adminUrl}/stats/prometheus`)).text();
  const inOrder = (labels: string): string => labels.split(',').sort().join();
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#')).map((line) => line.replace(/(?<=\{).*(?=\})/, inOrder));
}

it('has names of hosts, ports and codes as labels, and no metric named by them', async () => {
  const metrics = await metricsWith({ proxyStatsMatcher: { inclusionRegexps: ['.*'] } });
  for (const cluster of clusters) expect(metrics).toContainEqual(expect.stringMatching(`^envoy_cluster_membership_total\\{cluster_name="${cluster.replaceAll('|', '\\|')}"\\} 1$`));
  for (const cluster of clusters.slice(0, 2)) {
    expect(metrics).toContain(`envoy_cluster_upstream_rq{cluster_name="${cluster}",response_code="200"} 1`);
    expect(metrics).toContain(`envoy_cluster_upstream_rq_total{cluster_name="${cluster}"} 1`);
    expect(metrics).toContain(`envoy_cluster_circuit_breakers_default_cx_open{cluster_name="${cluster}"} 0`);
  }
  expect(metrics).toContain('envoy_http_downstream_rq{http_conn_manager_prefix="outbound_0.0.0.0_9080",response_code_class="2xx"} 2');
  expect(metrics).toContain('envoy_vhost_route_upstream_rq_total{route="api",virtual_host="reviews.default.svc.cluster.local:9080"} 1');
  expect(metrics).toContainEqual(expect.stringMatching(/^envoy_listener_http_downstream_rq\{http_conn_manager_listener_prefix="outbound_0.0.0.0_9080",listener_address="127.0.0.1_\d+",response_code_class="2xx"\} 2$/));
  expect(metrics.filter((line) => /^[^{]*(reviews|svc|corp|example|0_0_0|\d{4})/.test(line))).toEqual([]);
});

it('keeps a few statistics, and those that somebody has chosen', async () => {
  const few = await metricsWith({});
  expect(few).toContainEqual(expect.stringMatching(/^envoy_server_live/));
  expect(few).toContainEqual(expect.stringMatching(/^envoy_cluster_upstream_cx_total\{cluster_name="xds-grpc"\}/));
  expect(few.filter((line) => line.includes('cluster_name="') && !line.includes('cluster_name="xds-grpc"'))).toEqual([]);
  const chosen = await metricsWith({ proxyStatsMatcher: { inclusionSuffixes: ['upstream_rq_200'] } });
  expect(chosen).toContain(`envoy_cluster_upstream_rq{cluster_name="${clusters[0]}",response_code="200"} 1`);
});
