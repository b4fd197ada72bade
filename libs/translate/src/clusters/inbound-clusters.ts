import { Cluster_DiscoveryType as DiscoveryType, ClusterSchema } from '@flotilla/envoy-api/envoy/config/cluster/v3/cluster_pb.js';
import type { Snapshot } from '@flotilla/mesh';
import { millis } from '../duration.ts';
import { typeUrls, type EnvoyResource } from '../envoy-resource.ts';
import type { InboundPort } from '../listeners/inbound-port.ts';
import type { Fields } from '../message-fields.ts';
import { encode } from '../wire/encode.ts';
import { circuitBreakers } from './circuit-breakers.ts';
import { originalDestination } from './discovery.ts';
import { httpProtocol } from './http-protocol.ts';
import { inboundCluster } from './names.ts';
import { leaveFromLoopback } from './well-known.ts';

/** The cluster of a workload's own port: its application. */
export function inboundClusterResource({ mesh }: Snapshot, { number, protocol, app }: InboundPort): EnvoyResource {
  const name = inboundCluster(number);
  const bytes = encode(ClusterSchema, {
    name,
    connectTimeout: millis(mesh.connectTimeoutMs),
    circuitBreakers: circuitBreakers({}),
    ...(app === undefined ? { ...originalDestination, ...leaveFromLoopback() } : at(name, app)),
    typedExtensionProtocolOptions: httpProtocol(protocol, {}, { h2Upgrade: false }),
  });
  return { typeUrl: typeUrls.cluster, name, bytes };
}

/** @param app `127.0.0.1:29083` or `[::1]:29083` */
function at(clusterName: string, app: string): Fields<typeof ClusterSchema> {
  const colon = app.lastIndexOf(':');
  const address = app.slice(0, colon).replace(/^\[(.*)\]$/, '$1');
  const socketAddress = { address, portSpecifier: { case: 'portValue' as const, value: Number(app.slice(colon + 1)) } };
  return {
    clusterDiscoveryType: { case: 'type', value: DiscoveryType.STATIC },
    loadAssignment: {
      clusterName,
      endpoints: [{ lbEndpoints: [{ hostIdentifier: { case: 'endpoint', value: { address: { address: { case: 'socketAddress', value: socketAddress } } } } }] }],
    },
  };
}
