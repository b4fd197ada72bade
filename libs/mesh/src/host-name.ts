import { resolveHost } from '@flotilla/resources';

/**
 * The one form of a host name: Envoy knows no case, and a trailing dot says only that the name is
 * full. Two forms of one name would make it refuse a whole route table.
 */
export function canonicalHost(host: string): string {
  return host.toLowerCase().replace(/\.$/, '');
}

/** The full, canonical name of a host as it is written in a namespace. */
export function fullHost(host: string, namespace: string, domainSuffix: string): string {
  return canonicalHost(resolveHost(host, namespace, domainSuffix));
}

/** Whether the host stands for many: `*` or `*.example.com`. */
export function isWildcard(host: string): boolean {
  return host.startsWith('*');
}

/** Whether `host`, itself a name or a wildcard, lies within `pattern`. */
export function hostMatches(pattern: string, host: string): boolean {
  return pattern === host || (isWildcard(pattern) && host.endsWith(pattern.slice(1)) && host.length >= pattern.length);
}

/** The wildcards that take in a host, the most specific first: `*.b.c`, `*.c`, `*`. */
export function* widerHosts(host: string): Generator<string> {
  if (host === '*') return;
  for (let dot = host.indexOf('.', isWildcard(host) ? 2 : 0); dot !== -1; dot = host.indexOf('.', dot + 1)) yield `*${host.slice(dot)}`;
  yield '*';
}
