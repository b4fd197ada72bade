import { BlockList, isIPv6 } from 'node:net';
import type { FilterChain } from './opaque-chains.ts';

type Range = NonNullable<NonNullable<FilterChain['filterChainMatch']>['prefixRanges']>[number];

/**
 * Filter chains such that each connection is taken by the first of them that is for it. Envoy refuses a
 * listener in which two chains match the same; and it looks at addresses before names, without a way
 * back, so that a chain for some addresses would hide those for all.
 */
export function distinctChains(chains: readonly FilterChain[]): FilterChain[] {
  const ranges = new Map(chains.flatMap((chain) => rangesOf(chain).map((range) => [JSON.stringify(range), range])));
  return [undefined, ...ranges.values()].flatMap((range) => chainsAt(chains, range));
}

/** The chains for the connections to a range of addresses, or for those to all others. */
function chainsAt(chains: readonly FilterChain[], range: Range | undefined): FilterChain[] {
  const taken = new Set<string>();
  return chains.flatMap((chain) => {
    const own = rangesOf(chain);
    if (own.length > 0 && (range === undefined || !own.some((one) => contains(one, range)))) return [];
    const { serverNames: names = [], sourcePrefixRanges = [], applicationProtocols = [] } = chain.filterChainMatch ?? {};
    const place = (name: string, sources: readonly Range[]) => JSON.stringify([name, sources]);
    const free = (names.length === 0 ? [''] : names).filter((name) => !taken.has(place(name, [])) && !taken.has(place(name, sourcePrefixRanges)));
    if (free.length === 0) return [];
    for (const name of free) taken.add(place(name, sourcePrefixRanges));
    const serverNames = names.length === 0 ? [] : free;
    return [{ ...chain, filterChainMatch: { serverNames, sourcePrefixRanges, applicationProtocols, prefixRanges: range === undefined ? [] : [range] } }];
  });
}

function rangesOf({ filterChainMatch }: FilterChain): Range[] {
  return filterChainMatch?.prefixRanges ?? [];
}

function contains(outer: Range, inner: Range): boolean {
  if (outer.prefixLen === undefined || inner.prefixLen === undefined || outer.prefixLen > inner.prefixLen) return false;
  const block = new BlockList();
  block.addSubnet(outer.addressPrefix ?? '', outer.prefixLen, familyOf(outer));
  return block.check(inner.addressPrefix ?? '', familyOf(inner));
}

function familyOf({ addressPrefix = '' }: Range): 'ipv4' | 'ipv6' {
  return isIPv6(addressPrefix) ? 'ipv6' : 'ipv4';
}
