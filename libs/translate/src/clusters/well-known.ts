import { Cluster_DiscoveryType as DiscoveryType, ClusterSchema } from '@flotilla/envoy-api/envoy/config/cluster/v3/cluster_pb.js';
import { remember, type MeshConfig } from '@flotilla/mesh';
import { millis } from '../duration.ts';
import { typeUrls, type EnvoyResource } from '../envoy-resource.ts';
import type { Fields } from '../message-fields.ts';
import { originalDestination } from './discovery.ts';
import { namedDestination } from './forward-proxy.ts';
import { httpProtocol } from './http-protocol.ts';
import { blackHole, dynamicDns, inboundPassthrough, passthrough } from './names.ts';
import { leaveFromAnyAddress } from './outbound-cluster.ts';
import { encode } from '../wire/encode.ts';
import { concatenate } from '../wire/length-delimited.ts';
import { connectionPolicy } from './connection-policy.ts';

const connectTimeout = millis(10_000);

/** A cluster with nobody in it: requests are refused with 503. */
export const blackHoleCluster = resource({ name: blackHole, clusterDiscoveryType: { case: 'type', value: DiscoveryType.STATIC }, connectTimeout });

const plainPassthrough = resource({ name: passthrough, connectTimeout, ...originalDestination });
const limitedPassthrough = new WeakMap<MeshConfig, EnvoyResource>();

/** To the address a connection had before it was intercepted, within the mesh's limits of connections. */
export function passthroughCluster(mesh: MeshConfig): EnvoyResource {
  const { connectionPool } = mesh.defaultPolicy;
  if (connectionPool === undefined) return plainPassthrough;
  const limits = () => connectionPolicy({ connectionPool: { ...connectionPool, http: { ...connectionPool.http, h2UpgradePolicy: 'DO_NOT_UPGRADE' } } }, { protocol: 'AUTO', ownBalancing: false }, mesh);
  return remember(limitedPassthrough, mesh, () => ({ typeUrl: typeUrls.cluster, name: passthrough, bytes: concatenate([encode(ClusterSchema, { name: passthrough, ...originalDestination }), limits()]) }));
}

/** The same on the inbound side, from an address that interception lets through; HTTP is passed on in the version it came in. */
export const inboundPassthroughCluster = resource({
  name: inboundPassthrough,
  connectTimeout,
  ...originalDestination,
  ...leaveFromLoopback(),
  typedExtensionProtocolOptions: httpProtocol('AUTO', {}, { h2Upgrade: false }),
});

/** Where nothing is intercepted: to whatever host the request names. */
export const forwardProxyCluster = resource({ name: passthrough, connectTimeout, ...namedDestination, ...leaveFromAnyAddress });

/** The same where interception could tell the address, but is not to decide. */
export const dynamicDnsCluster = resource({ name: dynamicDns, connectTimeout, ...namedDestination });

/** Interception takes traffic from this source for the sidecar's own, on its way to the application. */
export function leaveFromLoopback(): Fields<typeof ClusterSchema> {
  return { upstreamBindConfig: { sourceAddress: { address: '127.0.0.6', portSpecifier: { case: 'portValue', value: 0 } } } };
}

function resource(fields: Fields<typeof ClusterSchema> & { name: string }): EnvoyResource {
  return { typeUrl: typeUrls.cluster, name: fields.name, bytes: encode(ClusterSchema, fields) };
}
