import { isIP } from 'node:net';
import type { LbEndpointSchema, LocalityLbEndpointsSchema } from '@flotilla/envoy-api/envoy/config/endpoint/v3/endpoint_components_pb.js';
import { endpointPort, type Endpoint, type ServicePort } from '@flotilla/mesh';
import type { Fields } from '../message-fields.ts';

/**
 * Endpoints by locality, for one port of a service.
 *
 * @param names whether host names are fit; an assignment over EDS takes IP addresses alone, and one
 *   name in it would make Envoy refuse them all
 */
export function localityEndpoints(endpoints: readonly Endpoint[], port: ServicePort, names: boolean): Fields<typeof LocalityLbEndpointsSchema>[] {
  const fit = names ? endpoints : endpoints.filter(({ address }) => isIP(address) !== 0 || isPath(address));
  const groups = Map.groupBy(fit, ({ locality }) => locality);
  return [...groups.keys()].sort().map((locality) => {
    const group = groups.get(locality) ?? [];
    return {
      ...(locality === '' ? {} : { locality: localityOf(locality) }),
      lbEndpoints: group.map((endpoint) => lbEndpoint(endpoint, port)),
      loadBalancingWeight: group.reduce((sum, { weight }) => sum + (weight === 0 ? 1 : weight), 0),
    };
  });
}

function lbEndpoint(endpoint: Endpoint, port: ServicePort): Fields<typeof LbEndpointSchema> {
  return {
    hostIdentifier: { case: 'endpoint', value: { address: { address: addressOf(endpoint.address, endpointPort(endpoint, port)) } } },
    ...(endpoint.weight > 1 ? { loadBalancingWeight: endpoint.weight } : {}),
    ...(endpoint.mutualTls ? { metadata: { filterMetadata: { 'envoy.transport_socket_match': { tlsMode: 'istio' } } } } : {}),
  };
}

function addressOf(address: string, port: number) {
  if (isPath(address)) return { case: 'pipe' as const, value: { path: address.slice(pathPrefix.length) } };
  return { case: 'socketAddress' as const, value: { address, portSpecifier: { case: 'portValue' as const, value: port } } };
}

function localityOf(locality: string) {
  const [region = '', zone = '', ...rest] = locality.split('/');
  return { region, zone, subZone: rest.join('/') };
}

const pathPrefix = 'unix://';

function isPath(address: string): boolean {
  return address.startsWith(pathPrefix);
}
