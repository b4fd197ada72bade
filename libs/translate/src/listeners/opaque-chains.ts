import type { FilterChainSchema } from '@flotilla/envoy-api/envoy/config/listener/v3/listener_components_pb.js';
import type { Subnet } from '@flotilla/resources';
import type { Fields } from '../message-fields.ts';
import type { NetworkFilter } from './http-connection-manager.ts';
import { plainHttp } from './inbound-chains.ts';

/** Some of the connections to a port, and what takes them. */
export interface OpaqueChain {
  /** The names of which a TLS client asks for one; any connection when empty. */
  readonly serverNames: readonly string[];
  /** Where the connection was going; anywhere when absent. */
  readonly destination?: Subnet;
  readonly source?: Subnet;
  /** Whether it takes only those that turn out to be HTTP. */
  readonly http?: true;
  readonly filters: readonly NetworkFilter[];
}

type FilterChain = Fields<typeof FilterChainSchema>;

/** Whether it takes what no other does. */
export function takesAll({ serverNames, destination, source, http }: OpaqueChain): boolean {
  return http === undefined && serverNames.length === 0 && destination === undefined && source === undefined;
}

/** Envoy's filter chains: what two claim belongs to the first, for Envoy refuses a listener in which one match comes twice. */
export function filterChains(chains: readonly OpaqueChain[]): FilterChain[] {
  const taken = new Set<string>();
  const byHttp = chains.some(({ http }) => http === true);
  return chains.flatMap((chain) => {
    const { serverNames, destination, source, http } = chain;
    const addresses = JSON.stringify([destination, source, http]);
    const wanted = serverNames.length === 0 ? [''] : serverNames.filter(isServerName);
    const own = [...new Set(wanted)].filter((name) => !taken.has(addresses + name));
    for (const name of own) taken.add(addresses + name);
    if (own.length === 0) return [];
    const filterChainMatch = {
      serverNames: serverNames.length === 0 ? [] : own,
      ...(destination === undefined ? {} : { prefixRanges: [addressRange(destination)] }),
      ...(source === undefined ? {} : { sourcePrefixRanges: [addressRange(source)] }),
    };
    const filters = [...chain.filters];
    // In plain text alone: a TLS client may speak of HTTP, but what it sends cannot be read.
    if (http === true) return [{ filterChainMatch: { ...filterChainMatch, transportProtocol, applicationProtocols: plainHttp }, filters }];
    const whatever = { filterChainMatch, filters };
    // Once Envoy has found chains for plain text it looks at no others.
    return byHttp && serverNames.length === 0 ? [whatever, { filterChainMatch: { ...filterChainMatch, transportProtocol }, filters }] : [whatever];
  });
}

/** As Envoy calls plain text. */
const transportProtocol = 'raw_buffer';

/** Whether Envoy can look for the name: a whole one, or all below one. */
function isServerName(name: string): boolean {
  return !name.replace(/^\*\./, '').includes('*');
}

/** A block of addresses as Envoy matches it. */
export function addressRange({ address, length }: Subnet) {
  return { addressPrefix: address, prefixLen: length };
}
