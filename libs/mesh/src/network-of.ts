import { subnetHolds, subnetOf, type MeshNetworks } from '@flotilla/resources';
import { compareText } from './age.ts';
import { remember } from './remember.ts';

/** Says of an address, and the registry that tells of it, which network it is of; empty where none is known to. */
export type NetworkOf = (address: string, registry?: string) => string;

const known = new WeakMap<MeshNetworks, NetworkOf>();

/**
 * What a mesh's networks say of endpoints that do not name their own: a registry is of one network as a whole; of the
 * blocks that an address is in, the widest counts, as for Istio. Worked out once for the same networks.
 */
export function networkOf(networks: MeshNetworks): NetworkOf {
  return remember(known, networks, () => readNetworks(networks));
}

function readNetworks(networks: MeshNetworks): NetworkOf {
  const claims = Object.entries(networks).flatMap(([network, { endpoints = [] }]) => endpoints.map((endpoint) => ({ network, ...endpoint })));
  if (claims.length === 0) return () => '';
  const registries = new Map(claims.flatMap(({ network, fromRegistry }) => (fromRegistry ? [[fromRegistry, network] as const] : [])));
  const blocks = claims
    .flatMap(({ network, fromCidr }) => (fromCidr ? [{ network, subnet: subnetOf(fromCidr) }] : []))
    .flatMap(({ network, subnet }) => (subnet === undefined ? [] : [{ network, subnet }]))
    .sort((a, b) => a.subnet.length - b.subnet.length || compareText(a.network, b.network));
  return (address, registry = '') => registries.get(registry) ?? blocks.find(({ subnet }) => subnetHolds(subnet, address))?.network ?? '';
}
