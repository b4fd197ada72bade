import { BlockList, isIPv6 } from 'node:net';
import { FilterChainMatch_ConnectionSourceType as SourceType, type FilterChain, type FilterChainMatch } from '@flotilla/envoy-api/envoy/config/listener/v3/listener_components_pb.js';
import type { CidrRange } from '@flotilla/envoy-api/envoy/config/core/v3/address_pb.js';
import type { Listener } from '@flotilla/envoy-api/envoy/config/listener/v3/listener_pb.js';
import type { NearMiss } from './explanation.ts';
import type { InspectedConnection } from './inspected-connection.ts';

export type ChainChoice =
  | { readonly chain: FilterChain; readonly name: string; readonly nearMisses: readonly NearMiss[] }
  | { readonly error: 'no filter chains matched' | 'multiple filter chains matched'; readonly nearMisses: readonly NearMiss[] };

/** One thing a filter chain can ask of a connection. */
interface Criterion {
  readonly name: string;
  readonly wanted: (match: FilterChainMatch) => readonly (string | number)[];
  readonly actual: (connection: InspectedConnection) => string;
  /** How closely a chain that asks for something fits: more is closer; undefined where it does not. */
  readonly closeness: (match: FilterChainMatch, connection: InspectedConnection) => number | undefined;
}

/** In the order in which Envoy decides; what one leaves over is never taken back by a later one. */
const criteria: readonly Criterion[] = [
  {
    name: 'destination port',
    wanted: ({ destinationPort }) => (destinationPort === undefined ? [] : [destinationPort]),
    actual: ({ port }) => String(port),
    closeness: ({ destinationPort }, { port }) => (destinationPort === port ? 1 : undefined),
  },
  {
    name: 'destination address',
    wanted: ({ prefixRanges }) => prefixRanges.map(rangeText),
    actual: ({ address }) => address,
    closeness: ({ prefixRanges }, { address }) => longestPrefix(prefixRanges, address),
  },
  {
    name: 'server name',
    wanted: ({ serverNames }) => serverNames,
    actual: ({ serverName }) => serverName,
    closeness: ({ serverNames }, { serverName }) => best(serverNames.map((pattern) => nameCloseness(pattern.toLowerCase(), serverName))),
  },
  {
    name: 'transport protocol',
    wanted: ({ transportProtocol }) => (transportProtocol === '' ? [] : [transportProtocol]),
    actual: ({ transportProtocol }) => transportProtocol,
    closeness: (match, { transportProtocol }) => (match.transportProtocol === transportProtocol ? 1 : undefined),
  },
  {
    name: 'application protocol',
    wanted: ({ applicationProtocols }) => applicationProtocols,
    actual: ({ applicationProtocols }) => applicationProtocols.join(', '),
    // The client's favourite decides.
    closeness: ({ applicationProtocols: wanted }, { applicationProtocols: offered }) => {
      const at = offered.findIndex((protocol) => wanted.includes(protocol));
      return at === -1 ? undefined : offered.length - at;
    },
  },
  {
    name: 'direct source address',
    wanted: ({ directSourcePrefixRanges }) => directSourcePrefixRanges.map(rangeText),
    actual: ({ source }) => source,
    closeness: ({ directSourcePrefixRanges }, { source }) => longestPrefix(directSourcePrefixRanges, source),
  },
  {
    name: 'kind of source',
    wanted: ({ sourceType }) => (sourceType === SourceType.ANY ? [] : [SourceType[sourceType]]),
    actual: (connection) => SourceType[sourceTypeOf(connection)],
    closeness: ({ sourceType }, connection) => (sourceType === sourceTypeOf(connection) ? 1 : undefined),
  },
  {
    name: 'source address',
    wanted: ({ sourcePrefixRanges }) => sourcePrefixRanges.map(rangeText),
    actual: ({ source }) => source,
    closeness: ({ sourcePrefixRanges }, { source }) => longestPrefix(sourcePrefixRanges, source),
  },
];

/**
 * The filter chain that takes a connection, chosen as Envoy documents it for `FilterChainMatch`: by one
 * criterion after the other, of each the closest fit, those that ask for nothing last.
 */
export function chooseFilterChain({ filterChains, defaultFilterChain }: Listener, connection: InspectedConnection): ChainChoice {
  const nearMisses: NearMiss[] = [];
  let left = filterChains.map((chain, at) => ({ chain, name: chain.name === '' ? `filter chain ${at + 1}` : chain.name }));
  for (const { name: criterion, wanted, actual, closeness } of criteria) {
    const ranked = left.map((candidate) => {
      const match = candidate.chain.filterChainMatch;
      const asks = match === undefined ? [] : wanted(match);
      return { candidate, asks, fit: match === undefined || asks.length === 0 ? 0 : closeness(match, connection) };
    });
    const closest = best(ranked.map(({ fit }) => fit));
    left = [];
    for (const { candidate, asks, fit } of ranked) {
      if (fit !== undefined && fit === closest) left.push(candidate);
      else nearMisses.push({ at: 'filterChain', name: candidate.name, reason: reasonOf(criterion, asks, actual(connection), fit !== undefined) });
    }
  }
  const [only, ...others] = left;
  if (others.length > 0) return { error: 'multiple filter chains matched', nearMisses };
  if (only !== undefined) return { ...only, nearMisses };
  if (defaultFilterChain === undefined) return { error: 'no filter chains matched', nearMisses };
  return { chain: defaultFilterChain, name: defaultFilterChain.name === '' ? 'default filter chain' : defaultFilterChain.name, nearMisses };
}

function reasonOf(criterion: string, asks: readonly (string | number)[], actual: string, fits: boolean): string {
  if (fits) return `another filter chain fits the ${criterion} ${actual} more closely`;
  return `asks for ${criterion} ${asks.join(' or ')}, the connection has ${actual === '' ? 'none' : actual}`;
}

function best(values: readonly (number | undefined)[]): number | undefined {
  return values.reduce((a, b) => (a === undefined || (b !== undefined && b > a) ? b : a), undefined);
}

/** Longer than any wildcard is the name itself. */
function nameCloseness(pattern: string, name: string): number | undefined {
  if (pattern === name) return pattern.length + 1;
  return pattern.startsWith('*.') && name.length > pattern.length - 1 && name.endsWith(pattern.slice(1)) ? pattern.length : undefined;
}

/** Counted from 1, for a range of all addresses fits too. */
function longestPrefix(ranges: readonly CidrRange[], address: string): number | undefined {
  return best(ranges.map((range) => (contains(range, address) ? lengthOf(range) + 1 : undefined)));
}

function contains(range: CidrRange, address: string): boolean {
  if (address === '') return false;
  const family = isIPv6(range.addressPrefix) ? 'ipv6' : 'ipv4';
  const list = new BlockList();
  list.addSubnet(range.addressPrefix, lengthOf(range), family);
  return isIPv6(address) === (family === 'ipv6') && list.check(address, family);
}

function lengthOf({ prefixLen }: CidrRange): number {
  return prefixLen ?? 0;
}

function rangeText(range: CidrRange): string {
  return `${range.addressPrefix}/${lengthOf(range)}`;
}

function sourceTypeOf({ source, address }: InspectedConnection): SourceType {
  return source === address || source === '::1' || source.startsWith('127.') ? SourceType.SAME_IP_OR_LOOPBACK : SourceType.EXTERNAL;
}
