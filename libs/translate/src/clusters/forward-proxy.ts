import { Cluster_DnsLookupFamily as DnsLookupFamily, Cluster_LbPolicy as LbPolicy, type ClusterSchema } from '@flotilla/envoy-api/envoy/config/cluster/v3/cluster_pb.js';
import { ClusterConfigSchema } from '@flotilla/envoy-api/envoy/extensions/clusters/dynamic_forward_proxy/v3/cluster_pb.js';
import type { DnsCacheConfigSchema } from '@flotilla/envoy-api/envoy/extensions/common/dynamic_forward_proxy/v3/dns_cache_pb.js';
import type { Fields } from '../message-fields.ts';
import { typedConfig } from '../typed-config.ts';

/** The names that the forward proxy has resolved; its filter and its clusters share them. */
export const forwardProxyCache: Fields<typeof DnsCacheConfigSchema> = { name: 'passthrough', dnsLookupFamily: DnsLookupFamily.V4_PREFERRED };

/** To whatever host the request names: what the original destination is where nothing is intercepted. */
export const namedDestination: Fields<typeof ClusterSchema> = {
  lbPolicy: LbPolicy.CLUSTER_PROVIDED,
  clusterDiscoveryType: {
    case: 'clusterType',
    value: {
      name: 'envoy.clusters.dynamic_forward_proxy',
      typedConfig: typedConfig(ClusterConfigSchema, {
        clusterImplementationSpecifier: { case: 'dnsCacheConfig', value: forwardProxyCache },
        // Plain HTTP options are fine: what TLS has to verify is the business of a DestinationRule.
        allowInsecureClusterOptions: true,
      }),
    },
  },
};
