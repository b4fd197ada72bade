import { Cluster_LbPolicy as LbPolicy, ClusterSchema } from '@flotilla/envoy-api/envoy/config/cluster/v3/cluster_pb.js';
import { UpstreamTlsContextSchema } from '@flotilla/envoy-api/envoy/extensions/transport_sockets/tls/v3/tls_pb.js';
import { endpointsOf, ruleFor, type Service, type ServicePort, type Snapshot } from '@flotilla/mesh';
import type { Subset } from '@flotilla/resources';
import { circuitBreakers } from '../clusters/circuit-breakers.ts';
import { dns, eds, usesEds } from '../clusters/discovery.ts';
import { ringHash } from '../clusters/load-balancer.ts';
import { outboundCluster } from '../clusters/names.ts';
import { portPolicy, type PortPolicy } from '../clusters/policy.ts';
import { portSubsets } from '../clusters/port-subsets.ts';
import { ServiceCache } from '../clusters/service-cache.ts';
import { acceptedIdentities } from '../clusters/upstream-security.ts';
import { clientVariant } from '../endpoints/endpoint-groups.ts';
import { subsetMembers } from '../endpoints/subset-members.ts';
import { typeUrls, type EnvoyResource } from '../envoy-resource.ts';
import type { Fields } from '../message-fields.ts';
import type { Scope } from '../scope.ts';
import { tlsSocket } from '../security/transport-socket.ts';
import { typedConfig } from '../typed-config.ts';
import { encode } from '../wire/encode.ts';
import { callablePorts } from './callable-ports.ts';

type Cluster = Fields<typeof ClusterSchema>;

const cache = new ServiceCache();

/** The clusters of a service, one a port and subset, as gRPC clients without a proxy use them. */
export function callClusters(snapshot: Snapshot, scope: Scope, service: Service): readonly EnvoyResource[] {
  const rule = ruleFor(snapshot, scope, service);
  const endpoints = endpointsOf(snapshot, service);
  return cache.resources(service, rule, usesEds(service) ? '' : clientVariant(rule, scope.labels, snapshot.mesh), endpoints, () =>
    portSubsets({ ports: callablePorts(service) }, rule).flatMap(({ port, subset }) => {
      const name = outboundCluster(service.host, port.number, subset?.name);
      const policy = portPolicy(snapshot.mesh, rule, port.number, subset);
      const discovery = usesEds(service) ? eds : lookedUp(snapshot, scope, service, port, subset, policy, name);
      if (discovery === undefined) return [];
      const bytes = encode(ClusterSchema, { name, ...discovery, ...balancing(policy), ...security(policy, service), circuitBreakers: circuitBreakers(policy) });
      return [{ typeUrl: typeUrls.cluster, name, bytes }];
    }),
  );
}

/** A name that is looked up: they take one alone. */
function lookedUp(snapshot: Snapshot, scope: Scope, service: Service, port: ServicePort, subset: Subset | undefined, policy: PortPolicy, name: string): Cluster | undefined {
  return dns({ ...service, resolution: 'DNS_ROUND_ROBIN' }, port, subsetMembers(subset, port, endpointsOf(snapshot, service)), policy, scope.labels, name, snapshot.mesh);
}

/** They take turns or hash, whatever else is asked for; the only hash they have is the ring. */
function balancing({ loadBalancer: settings }: PortPolicy): Cluster {
  const hash = settings?.consistentHash;
  return hash === undefined ? { lbPolicy: LbPolicy.ROUND_ROBIN } : ringHash(hash);
}

/** What agents and clients agree to call the workload's own certificate and the mesh's roots in the client's bootstrap. */
const provider = { instanceName: 'default' };

/** Plain text, unless a DestinationRule asks for the mesh's mTLS: they cannot go by what each endpoint takes (gRFC A29). */
function security({ tls }: PortPolicy, service: Service): Cluster {
  if (tls?.mode !== 'ISTIO_MUTUAL') return {};
  const identities = tls.subjectAltNames ?? acceptedIdentities(service);
  const matchSubjectAltNames = identities.map((identity) => ({ matchPattern: { case: 'exact' as const, value: identity } }));
  const validationContext = { caCertificateProviderInstance: provider, matchSubjectAltNames };
  const commonTlsContext = { tlsCertificateProviderInstance: provider, validationContextType: { case: 'validationContext' as const, value: validationContext } };
  return { transportSocket: tlsSocket(typedConfig(UpstreamTlsContextSchema, { commonTlsContext })) };
}
