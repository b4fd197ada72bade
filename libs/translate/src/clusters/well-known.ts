import { create, toBinary } from '@bufbuild/protobuf';
import { Cluster_DiscoveryType as DiscoveryType, Cluster_DnsLookupFamily as DnsLookupFamily, Cluster_LbPolicy as LbPolicy, ClusterSchema } from '@flotilla/envoy-api/envoy/config/cluster/v3/cluster_pb.js';
import { ClusterConfigSchema } from '@flotilla/envoy-api/envoy/extensions/clusters/dynamic_forward_proxy/v3/cluster_pb.js';
import type { DnsCacheConfigSchema } from '@flotilla/envoy-api/envoy/extensions/common/dynamic_forward_proxy/v3/dns_cache_pb.js';
import { millis } from '../duration.ts';
import { typeUrls, type EnvoyResource } from '../envoy-resource.ts';
import type { Fields } from '../message-fields.ts';
import { typedConfig } from '../typed-config.ts';
import { originalDestination } from './discovery.ts';
import { blackHole, inboundPassthrough, passthrough } from './names.ts';
import { leaveFromAnyAddress } from './outbound-cluster.ts';

const connectTimeout = millis(10_000);

/** A cluster with nobody in it: requests are refused with 503. */
export const blackHoleCluster = resource({ name: blackHole, clusterDiscoveryType: { case: 'type', value: DiscoveryType.STATIC }, connectTimeout });

/** To the address a connection had before it was intercepted. */
export const passthroughCluster = resource({ name: passthrough, connectTimeout, ...originalDestination });

/** The same on the inbound side, from an address that interception lets through. */
export const inboundPassthroughCluster = resource({ name: inboundPassthrough, connectTimeout, ...originalDestination, ...leaveFromLoopback() });

/** The names that the forward proxy has resolved; its filter and its cluster share them. */
export const forwardProxyCache: Fields<typeof DnsCacheConfigSchema> = { name: 'passthrough', dnsLookupFamily: DnsLookupFamily.V4_PREFERRED };

/** Where nothing is intercepted: to whatever host the request names. */
export const forwardProxyCluster = resource({
  name: passthrough,
  connectTimeout,
  lbPolicy: LbPolicy.CLUSTER_PROVIDED,
  clusterDiscoveryType: {
    case: 'clusterType',
    value: {
      name: 'envoy.clusters.dynamic_forward_proxy',
      typedConfig: typedConfig(ClusterConfigSchema, { clusterImplementationSpecifier: { case: 'dnsCacheConfig', value: forwardProxyCache } }),
    },
  },
  ...leaveFromAnyAddress,
});

/** Interception takes traffic from this source for the sidecar's own, on its way to the application. */
export function leaveFromLoopback(): Fields<typeof ClusterSchema> {
  return { upstreamBindConfig: { sourceAddress: { address: '127.0.0.6', portSpecifier: { case: 'portValue', value: 0 } } } };
}

function resource(fields: Fields<typeof ClusterSchema> & { name: string }): EnvoyResource {
  return { typeUrl: typeUrls.cluster, name: fields.name, bytes: toBinary(ClusterSchema, create(ClusterSchema, fields)) };
}
