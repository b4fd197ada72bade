import { isDeepStrictEqual } from 'node:util';
import type { Endpoint } from './endpoint.ts';

/** What became of the endpoints of a service. */
export interface EndpointListChange {
  readonly before: readonly Endpoint[];
  /** `before` itself when nothing differs; endpoints that stayed keep their objects. */
  readonly after: readonly Endpoint[];
  /** Addresses of endpoints that came, went or differ. */
  readonly addresses: ReadonlySet<string>;
}

/** Compares two lists of endpoints of one service. */
export function compareEndpoints(before: readonly Endpoint[], listed: readonly Endpoint[]): EndpointListChange {
  const known = new Map(before.map((endpoint) => [endpoint.address, endpoint]));
  const after = listed.map((endpoint, at) => [before[at], known.get(endpoint.address)].find((old) => isDeepStrictEqual(old, endpoint)) ?? endpoint);
  if (after.length === before.length && after.every((endpoint, at) => endpoint === before[at])) return { before, after: before, addresses: new Set() };
  const [old, fresh] = [new Set(before), new Set(after)];
  const addresses = new Set<string>();
  for (const endpoint of before) if (!fresh.has(endpoint)) addresses.add(endpoint.address);
  for (const endpoint of after) if (!old.has(endpoint)) addresses.add(endpoint.address);
  return { before, after, addresses };
}
