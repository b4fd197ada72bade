import { Cluster_DiscoveryType, Cluster_LbPolicy, ClusterSchema } from '@flotilla/envoy-api/envoy/config/cluster/v3/cluster_pb.js';
import { plaintextServerCredentials, serveGrpc, type GrpcServer } from '@flotilla/rpc';
import { createLogger, systemClock } from '@flotilla/runtime';
import { eventually, freePorts, startEnvoy, type TestEnvoy } from '@flotilla/testing';
import { createServer, type Server } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { XdsResource } from './encoded-resource.ts';
import { ResourceSet } from './resource-set.ts';
import { resourceTypes } from './resource-type.ts';
import { ads, assignment, bootstrap, cluster, listener, made, route } from './testing/envoy-mesh.ts';
import { createXdsServer, type XdsServer } from './xds-server.ts';

const logger = createLogger('xds-test', { level: 'silent' });
/** A cluster that Envoy refuses: it wants a transport that there is not. */
function badCluster(name: string): XdsResource {
  return made(resourceTypes.cluster, name, ClusterSchema, {
    name,
    clusterDiscoveryType: { case: 'type', value: Cluster_DiscoveryType.EDS },
    edsClusterConfig: { edsConfig: ads },
    transportSocket: { name: 'no-such-transport' },
  });
}

/**
 * A cluster that Envoy refuses too late: it stays among the warming ones, and for as long as one is, Envoy answers no
 * response of clusters (envoyproxy/envoy#34334).
 */
function stuckCluster(name: string): XdsResource {
  return made(resourceTypes.cluster, name, ClusterSchema, {
    name,
    clusterDiscoveryType: { case: 'type', value: Cluster_DiscoveryType.EDS },
    edsClusterConfig: { edsConfig: ads },
    lbPolicy: Cluster_LbPolicy.RING_HASH,
    lbConfig: { case: 'ringHashLbConfig', value: { minimumRingSize: 9n, maximumRingSize: 3n } },
  });
}

describe.each(['delta', 'sotw'] as const)('a real Envoy, %s', (protocol) => {
  let scope: ResourceSet;
  let xds: XdsServer;
  let grpc: GrpcServer;
  let backend: Server;
  let backendPort: number;
  let port: number;
  let envoy: TestEnvoy;
  let revision = 1;

  beforeEach(async () => {
    [port = 0, backendPort = 0] = await freePorts(2);
    backend = createServer((_, reply) => void reply.end('hello')).listen(backendPort, '127.0.0.1');
    scope = new ResourceSet('scope', { resources: [cluster('a', 1), assignment('a', backendPort), route('a'), listener(port)], revision });
    xds = createXdsServer({ clock: systemClock, logger, authorize: () => undefined, connect: () => ({ scope, own: new ResourceSet('own') }) });
    xds.advance(revision);
    grpc = await serveGrpc({ address: '127.0.0.1:0', credentials: plaintextServerCredentials(), services: [xds.service], logger, clock: systemClock });
    envoy = await startEnvoy(bootstrap(protocol, grpc.port));
    await settled();
  });

  afterEach(async () => {
    await envoy.stop();
    await grpc.stop();
    backend.close();
  });

  const settled = () => eventually(() => expect(xds.progress(revision)).toMatchObject({ acked: ['envoy'], waiting: [], nacked: [] }));
  const fetched = () => fetch(`http://127.0.0.1:${port}/`).then(async (response) => `${response.status} ${await response.text()}`, String);

  function change(upserts: readonly XdsResource[], removals: readonly { readonly typeUrl: string; readonly name: string }[] = []): void {
    revision += 1;
    scope.apply({ upserts, removals, revision });
    xds.advance(revision);
  }

  async function warming(): Promise<readonly unknown[]> {
    const dump = (await (await fetch(`${envoy.adminUrl}/config_dump?resource=dynamic_warming_clusters`)).json()) as { configs?: readonly unknown[] };
    return dump.configs ?? [];
  }

  test('takes changes in without a request failing, and no cluster is left warming', async () => {
    const seen = new Set<string>();
    const loading = new AbortController();
    const enough = loading.signal;
    const load = (async () => {
      while (!enough.aborted) seen.add(await fetched());
    })();
    await eventually(() => expect(seen).toContain('200 hello'));
    for (let turn = 2; turn < 12; turn += 1) {
      const [next, last] = turn % 2 === 0 ? ['b', 'a'] : ['a', 'b'];
      change([cluster(last, turn)]);
      change(
        [cluster(next, turn), assignment(next, backendPort), route(next)],
        [{ typeUrl: resourceTypes.cluster, name: last }, { typeUrl: resourceTypes.endpoint, name: last }],
      );
      await settled();
    }
    expect(await warming()).toEqual([]);
    loading.abort();
    await load;
    expect([...seen]).toEqual(['200 hello']);
    expect(xds.proxy('envoy')?.userAgent).toMatch(/^envoy \d+\.\d+\.\d+$/);
  });

  test('names what it refuses, keeps what it had, and takes everything else', async () => {
    change([badCluster('a'), cluster('b', 1), assignment('b', backendPort), route('b')]);
    await eventually(() => expect(xds.progress(revision)).toMatchObject({ nacked: ['envoy'], waiting: [] }));
    expect(xds.proxy('envoy')?.types.find(({ typeUrl }) => typeUrl === resourceTypes.cluster)).toMatchObject({ state: 'NACKED', refusals: [{ names: ['a'], revision }] });
    expect(await fetched()).toBe('200 hello');
    change([cluster('a', 2)]);
    await settled();
  });

  test('goes on when it cannot answer for a cluster, and is mended by the next version of that', async () => {
    change([stuckCluster('a'), cluster('b', 1), assignment('b', backendPort), route('b')]);
    await eventually(() => expect(xds.proxy('envoy')?.types.find(({ typeUrl }) => typeUrl === resourceTypes.route)).toMatchObject({ state: 'SYNCED', ackedRevision: revision }));
    expect(xds.progress(revision)).toMatchObject({ waiting: ['envoy'] });
    expect(await fetched()).toBe('200 hello');
    change([cluster('a', 2)]);
    await settled();
  });
});
