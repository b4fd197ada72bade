import { isIP } from 'node:net';
import { isDeepStrictEqual } from 'node:util';
import { compareText } from './age.ts';
import type { ServiceIndex } from './service-index.ts';

/** An IP address where mTLS into a network is taken, to be passed on by what it asks for. */
export interface NetworkGateway {
  readonly address: string;
  readonly port: number;
}

/** The gateways of networks, by network; of one that has none, every endpoint is reached at its own address. */
export type NetworkGateways = ReadonlyMap<string, readonly NetworkGateway[]>;

export const noNetworkGateways: NetworkGateways = new Map();

/**
 * The gateways of all networks.
 * @returns `before` where nothing differs
 */
export function networkGateways({ services, endpoints, byNetwork }: ServiceIndex, before: NetworkGateways): NetworkGateways {
  if (byNetwork.isEmpty() && before.size === 0) return before;
  const gatewaysOf = (id: string): NetworkGateway[] => {
    const { port } = services.get(id)?.wayInto ?? {};
    return (endpoints.get(id) ?? []).flatMap(({ address, healthy }) => (healthy && port !== undefined && isIP(address) !== 0 ? [{ address, port }] : []));
  };
  const networks = [...byNetwork.keys()].sort(compareText).map((network) => [network, [...(byNetwork.get(network) ?? [])].sort(compareText).flatMap(gatewaysOf)] as const);
  const now = new Map(networks.filter(([, gateways]) => gateways.length > 0));
  return isDeepStrictEqual(now, before) ? before : now;
}
