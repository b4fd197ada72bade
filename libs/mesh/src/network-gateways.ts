import { isIP } from 'node:net';
import { isDeepStrictEqual } from 'node:util';
import type { MeshNetworks } from '@flotilla/resources';
import { compareText } from './age.ts';
import { endpointPort } from './endpoint.ts';
import { canonicalHost } from './host-name.ts';
import type { Service } from './service.ts';
import type { ServiceIndex } from './service-index.ts';
import type { Snapshot } from './snapshot.ts';

/** Where mTLS into a network is taken, to be passed on by what it asks for. */
export interface NetworkGateway {
  /** An IP address. */
  readonly address: string;
  readonly port: number;
}

/** The gateways of networks, by network; of one that has none, every endpoint is reached at its own address. */
export type NetworkGateways = ReadonlyMap<string, readonly NetworkGateway[]>;

/** The IP addresses of DNS names, in lower case, as they were looked up. */
export type NameAddresses = ReadonlyMap<string, readonly string[]>;

export const noNameAddresses: NameAddresses = new Map();

type Gateways = NonNullable<MeshNetworks[string]['gateways']>;

export const noNetworkGateways: NetworkGateways = new Map();

/**
 * The gateways of all networks: those that the mesh names, and services that are the way into one.
 * @param names where those are that have a name instead of an address; others are left out
 * @returns `before` where nothing differs
 */
export function networkGateways(index: ServiceIndex, networks: MeshNetworks, names: NameAddresses, before: NetworkGateways): NetworkGateways {
  const written = writtenGateways(index, networks);
  if (written.size === 0 && before.size === 0) return before;
  const found = [...written].map(([network, gateways]) => [network, gateways.flatMap(({ address, port }) => (isIP(address) === 0 ? (names.get(canonicalHost(address)) ?? []) : [address]).map((at) => ({ address: at, port })))] as const);
  const now = new Map(found.filter(([, gateways]) => gateways.length > 0).sort(([a], [b]) => compareText(a, b)).map(([network, gateways]) => [network, distinct(gateways)]));
  return isDeepStrictEqual(now, before) ? before : now;
}

/** The DNS names that gateways of networks have instead of addresses: what has to be looked up for a snapshot. */
export function gatewayNames({ services, mesh }: Pick<Snapshot, 'services' | 'mesh'>): Set<string> {
  return new Set([...writtenGateways(services, mesh.networks).values()].flat().flatMap(({ address }) => (isIP(address) === 0 ? [canonicalHost(address)] : [])));
}

/** A gateway as it is written, at an IP address or a DNS name. */
interface WrittenGateway {
  readonly address: string;
  readonly port: number;
}

function writtenGateways(index: ServiceIndex, networks: MeshNetworks): Map<string, WrittenGateway[]> {
  const found = new Map<string, WrittenGateway[]>();
  const named = Object.entries(networks).filter(([, { gateways = [] }]) => gateways.length > 0);
  for (const [network, { gateways = [] }] of named) found.set(network, gateways.flatMap((gateway) => namedGateways(index, gateway)));
  for (const [network, services] of index.byNetwork) {
    const ids = [...services.keys()].sort(compareText);
    found.set(network, [...(found.get(network) ?? []), ...ids.flatMap((id) => gatewaysAt(index, index.services.get(id)))]);
  }
  return found;
}

function namedGateways(index: ServiceIndex, { address = '', registryServiceName = '', port }: Gateways[number]): WrittenGateway[] {
  if (registryServiceName === '') return [{ address, port }];
  const [service] = index.byHost.get(canonicalHost(registryServiceName)) ?? [];
  return gatewaysAt(index, service, port);
}

/** Where a service is reached from other networks: a cluster's at its external addresses, any other at its workloads. */
function gatewaysAt({ endpoints }: ServiceIndex, service: Service | undefined, number = service?.wayInto?.port): WrittenGateway[] {
  const port = service?.ports.find((known) => known.number === number);
  if (service === undefined || port === undefined) return [];
  const { id, externalAddresses } = service;
  if (externalAddresses !== undefined) return externalAddresses.map((address) => ({ address, port: port.number }));
  return (endpoints.get(id) ?? []).flatMap((endpoint) => (endpoint.healthy && !endpoint.address.startsWith('unix:') ? [{ address: endpoint.address, port: endpointPort(endpoint, port) }] : []));
}

function distinct(gateways: readonly NetworkGateway[]): NetworkGateway[] {
  return [...new Map(gateways.map((gateway) => [`${gateway.address} ${gateway.port}`, gateway])).values()];
}
