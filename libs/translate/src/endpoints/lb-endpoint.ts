import { isIP } from 'node:net';
import type { LbEndpointSchema, LocalityLbEndpointsSchema } from '@flotilla/envoy-api/envoy/config/endpoint/v3/endpoint_components_pb.js';
import { endpointPort, takesMutualTls, type Endpoint, type ServicePort } from '@flotilla/mesh';
import { readLocality } from '@flotilla/resources';
import type { Fields } from '../message-fields.ts';
import type { EndpointGroup } from './endpoint-groups.ts';
import { isUnixAddress, socketAddress } from '../socket-address.ts';

/**
 * Whether an assignment over EDS can name the endpoint: it takes IP addresses and paths alone, and one
 * host name in it would make Envoy refuse them all. So would a path gRPC clients.
 */
export function isReachable({ address }: Endpoint, { paths }: { readonly paths: boolean }): boolean {
  return isIP(address) !== 0 || (paths && isUnixAddress(address));
}

/**
 * Endpoints for one port of a service, as Envoy takes them.
 *
 * @param placed whether each group has to have a locality, even if it is an empty one: gRPC clients want it
 */
export function localityEndpoints(groups: readonly EndpointGroup[], port: ServicePort, placed = false): Fields<typeof LocalityLbEndpointsSchema>[] {
  return groups.map(({ locality, priority, weight, endpoints }) => ({
    ...(locality === '' && !placed ? {} : { locality: localityOf(locality) }),
    lbEndpoints: endpoints.map((endpoint) => lbEndpoint(endpoint, port)),
    loadBalancingWeight: weight,
    priority,
  }));
}

function lbEndpoint(endpoint: Endpoint, port: ServicePort): Fields<typeof LbEndpointSchema> {
  return {
    hostIdentifier: { case: 'endpoint', value: { address: { address: socketAddress(endpoint.address, endpointPort(endpoint, port)) } } },
    ...(endpoint.weight > 1 ? { loadBalancingWeight: endpoint.weight } : {}),
    ...(takesMutualTls(endpoint, endpointPort(endpoint, port)) ? { metadata: { filterMetadata: { 'envoy.transport_socket_match': { tlsMode: 'istio' } } } } : {}),
  };
}

function localityOf(locality: string) {
  const { region, zone, subzone: subZone } = readLocality(locality);
  return { region, zone, subZone };
}
