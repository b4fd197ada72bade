import { Cluster_DiscoveryType as DiscoveryType, ClusterSchema } from '@flotilla/envoy-api/envoy/config/cluster/v3/cluster_pb.js';
import type { Snapshot } from '@flotilla/mesh';
import { typeUrls, type EnvoyResource } from '../envoy-resource.ts';
import type { InboundPort } from '../listeners/inbound-port.ts';
import type { Fields } from '../message-fields.ts';
import { isUnixAddress, socketAddress } from '../socket-address.ts';
import { encode } from '../wire/encode.ts';
import { concatenate } from '../wire/length-delimited.ts';
import { connectionPolicy } from './connection-policy.ts';
import { originalDestination } from './discovery.ts';
import { inboundCluster } from './names.ts';
import type { PortPolicy } from './policy.ts';
import { statName } from './stat-name.ts';
import { leaveFromLoopback } from './well-known.ts';

/** An application is spoken to as it says, whatever the mesh makes of HTTP between workloads. */
const asItIs = { h2UpgradePolicy: 'DO_NOT_UPGRADE' } as const;
const noPolicy: PortPolicy = { connectionPool: { http: asItIs } };

/** The cluster of a workload's own port: its application. */
export function inboundClusterResource({ mesh }: Snapshot, { number, protocol, app: known, connectionPool, served }: InboundPort): EnvoyResource {
  const name = inboundCluster(number);
  const app = known ?? (mesh.inboundTraffic === 'LOCALHOST' ? `127.0.0.1:${number}` : undefined);
  const own = encode(ClusterSchema, { name, ...statName(mesh.statNames.inbound, served, mesh), ...(app === undefined ? { ...originalDestination, ...leaveFromLoopback() } : at(name, app)) });
  const policy = connectionPool === undefined ? noPolicy : { connectionPool: { ...connectionPool, http: { ...asItIs, ...connectionPool.http } } };
  return { typeUrl: typeUrls.cluster, name, bytes: concatenate([own, connectionPolicy(policy, { protocol, ownBalancing: false }, mesh)]) };
}

/** @param app `127.0.0.1:29083`, `[::1]:29083` or `unix:///path` */
function at(clusterName: string, app: string): Fields<typeof ClusterSchema> {
  const colon = app.lastIndexOf(':');
  const address = app.slice(0, colon).replace(/^\[(.*)\]$/, '$1');
  const where = isUnixAddress(app) ? socketAddress(app, 0) : socketAddress(address, Number(app.slice(colon + 1)));
  return {
    clusterDiscoveryType: { case: 'type', value: DiscoveryType.STATIC },
    loadAssignment: {
      clusterName,
      endpoints: [{ lbEndpoints: [{ hostIdentifier: { case: 'endpoint', value: { address: { address: where } } } }] }],
    },
  };
}
