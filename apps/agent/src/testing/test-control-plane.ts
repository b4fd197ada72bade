import { toBinary, type JsonObject, type MessageInitShape } from '@bufbuild/protobuf';
import { anyPack } from '@bufbuild/protobuf/wkt';
import type { Cluster } from '@flotilla/envoy-api/envoy/config/cluster/v3/cluster_pb.js';
import { ClusterSchema } from '@flotilla/envoy-api/envoy/config/cluster/v3/cluster_pb.js';
import { ListenerSchema, type Listener } from '@flotilla/envoy-api/envoy/config/listener/v3/listener_pb.js';
import { AggregatedDiscoveryService } from '@flotilla/envoy-api/envoy/service/discovery/v3/ads_pb.js';
import type { DeltaDiscoveryResponseSchema } from '@flotilla/envoy-api/envoy/service/discovery/v3/discovery_pb.js';
import { ProxyConfigs } from '@flotilla/protos/flotilla/proxy/v1/proxy_configs_pb.js';
import type { Health, Workload as RegisteredWorkload } from '@flotilla/protos/flotilla/registry/v1/workload_registry_pb.js';
import { WorkloadRegistry } from '@flotilla/protos/flotilla/registry/v1/workload_registry_pb.js';
import { serveGrpc, serverCredentials, service, type GrpcServer } from '@flotilla/rpc';
import { createLogger, systemClock } from '@flotilla/runtime';
import type { TestMesh } from './test-mesh.ts';

const logger = createLogger('test', { level: 'silent' });

/** What each Envoy is given, by its node id. */
export interface ProxyConfiguration {
  readonly listeners: readonly Listener[];
  readonly clusters: readonly Cluster[];
}

/** A Pilot that gives every Envoy what `configurationOf` says, once, and has agents run them by `settings`. */
export async function startTestPilot(mesh: TestMesh, configurationOf: (nodeId: string) => ProxyConfiguration, settings: () => JsonObject = () => ({})): Promise<GrpcServer> {
  const identity = await mesh.identity('spiffe://cluster.local/ns/flotilla-system/sa/pilot');
  return serveGrpc({
    address: '127.0.0.1:0',
    credentials: serverCredentials(identity, { requireClientCertificate: true }),
    logger,
    clock: systemClock,
    services: [
      service(ProxyConfigs, { getProxyConfig: ({ labels }) => ({ config: settings(), labels }) }),
      service(AggregatedDiscoveryService, {
        async deltaAggregatedResources(stream) {
          let configuration: ProxyConfiguration | undefined;
          for await (const { node, typeUrl, responseNonce } of stream.requests) {
            if (node !== undefined) configuration = configurationOf(node.id);
            if (responseNonce === '' && configuration !== undefined) stream.write(everything(typeUrl, configuration));
          }
        },
      }),
    ],
  });
}

function everything(typeUrl: string, { listeners, clusters }: ProxyConfiguration): MessageInitShape<typeof DeltaDiscoveryResponseSchema> {
  const resources = typeUrl.endsWith('.Listener')
    ? listeners.map((listener) => ({ name: listener.name, version: versionOf(toBinary(ListenerSchema, listener)), resource: anyPack(ListenerSchema, listener) }))
    : typeUrl.endsWith('.Cluster')
      ? clusters.map((cluster) => ({ name: cluster.name, version: versionOf(toBinary(ClusterSchema, cluster)), resource: anyPack(ClusterSchema, cluster) }))
      : [];
  return { typeUrl, nonce: 'all', resources };
}

function versionOf(bytes: Uint8Array): string {
  return String(bytes.length);
}

/** A Galley that remembers who registered; `address` stays the same when it is stopped and started. */
export interface TestRegistry {
  readonly address: string;
  /** Those registered, with the identity they proved, by name. */
  readonly registered: ReadonlyMap<string, { readonly workload: RegisteredWorkload; readonly health: Health | undefined; readonly spiffeId: string | undefined; readonly calls: number }>;
  /** Forgets everyone, and begins again: as if it had lost its store. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** @param probes of workloads, by the name of their group */
export async function startTestRegistry(mesh: TestMesh, { leaseSeconds = 1, probes = {} }: { readonly leaseSeconds?: number; readonly probes?: Readonly<Record<string, JsonObject>> } = {}): Promise<TestRegistry> {
  const identity = await mesh.identity('spiffe://cluster.local/ns/flotilla-system/sa/galley');
  const registered = new Map<string, { workload: RegisteredWorkload; health: Health | undefined; spiffeId: string | undefined; calls: number }>();
  const serve = (address: string): Promise<GrpcServer> =>
    serveGrpc({
      address,
      credentials: serverCredentials(identity, { requireClientCertificate: true }),
      logger,
      clock: systemClock,
      services: [
        service(WorkloadRegistry, {
          register({ workload, health }, call) {
            if (workload !== undefined) registered.set(workload.name, { workload, health, spiffeId: call.peerSpiffeId, calls: (registered.get(workload.name)?.calls ?? 0) + 1 });
            const probe = probes[workload?.group ?? ''];
            return { leaseSeconds, revision: 1n, ...(probe === undefined ? {} : { probe }) };
          },
          deregister({ name }) {
            registered.delete(name);
            return { revision: 2n };
          },
        }),
      ],
    });
  let server = await serve('127.0.0.1:0');
  const { address } = server;
  return {
    address,
    registered,
    async restart() {
      await server.stop(0);
      registered.clear();
      server = await serve(address);
    },
    stop: () => server.stop(0),
  };
}
