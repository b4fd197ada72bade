import { isIP } from 'node:net';
import { isDeepStrictEqual } from 'node:util';
import type { MeshNetworks } from '@flotilla/resources';
import { compareText } from './age.ts';
import { endpointPort } from './endpoint.ts';
import { canonicalHost } from './host-name.ts';
import type { Service } from './service.ts';
import type { ServiceIndex } from './service-index.ts';

/** An IP address where mTLS into a network is taken, to be passed on by what it asks for. */
export interface NetworkGateway {
  readonly address: string;
  readonly port: number;
}

/** The gateways of networks, by network; of one that has none, every endpoint is reached at its own address. */
export type NetworkGateways = ReadonlyMap<string, readonly NetworkGateway[]>;

type Gateways = NonNullable<MeshNetworks[string]['gateways']>;

export const noNetworkGateways: NetworkGateways = new Map();

/**
 * The gateways of all networks: those that the mesh names, and services that are the way into one.
 * @returns `before` where nothing differs
 */
export function networkGateways(index: ServiceIndex, networks: MeshNetworks, before: NetworkGateways): NetworkGateways {
  const named = Object.entries(networks).filter(([, { gateways = [] }]) => gateways.length > 0);
  if (index.byNetwork.isEmpty() && named.length === 0 && before.size === 0) return before;
  const found = new Map<string, NetworkGateway[]>();
  for (const [network, { gateways = [] }] of named) found.set(network, gateways.flatMap((gateway) => namedGateways(index, gateway)));
  for (const network of index.byNetwork.keys()) {
    const ids = [...(index.byNetwork.get(network) ?? [])].sort(compareText);
    found.set(network, [...(found.get(network) ?? []), ...ids.flatMap((id) => gatewaysAt(index, index.services.get(id)))]);
  }
  const now = new Map([...found].filter(([, gateways]) => gateways.length > 0).sort(([a], [b]) => compareText(a, b)).map(([network, gateways]) => [network, distinct(gateways)]));
  return isDeepStrictEqual(now, before) ? before : now;
}

function namedGateways(index: ServiceIndex, { address = '', registryServiceName = '', port }: Gateways[number]): NetworkGateway[] {
  if (registryServiceName === '') return isIP(address) === 0 ? [] : [{ address, port }];
  const [service] = index.byHost.get(canonicalHost(registryServiceName)) ?? [];
  return gatewaysAt(index, service, port);
}

/** Where a service is reached from other networks: a cluster's at its external addresses, any other at its workloads. */
function gatewaysAt({ endpoints }: ServiceIndex, service: Service | undefined, number = service?.wayInto?.port): NetworkGateway[] {
  const port = service?.ports.find((known) => known.number === number);
  if (service === undefined || port === undefined) return [];
  const { id, externalAddresses } = service;
  if (externalAddresses !== undefined) return externalAddresses.map((address) => ({ address, port: port.number }));
  return (endpoints.get(id) ?? []).flatMap((endpoint) => (endpoint.healthy && isIP(endpoint.address) !== 0 ? [{ address: endpoint.address, port: endpointPort(endpoint, port) }] : []));
}

function distinct(gateways: readonly NetworkGateway[]): NetworkGateway[] {
  return [...new Map(gateways.map((gateway) => [`${gateway.address} ${gateway.port}`, gateway])).values()];
}
