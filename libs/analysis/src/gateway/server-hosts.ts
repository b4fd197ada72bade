import { hostMatches } from '@flotilla/mesh';
import type { Server } from '@flotilla/resources';

/** A host of a server taken apart: `shop/*.example.com` is for VirtualServices of `shop`, a bare one for those of all namespaces. */
export function serverHost(host: string, own: string): { readonly namespace: string; readonly name: string } {
  const slash = host.indexOf('/');
  if (slash === -1) return { namespace: '*', name: host };
  const namespace = host.slice(0, slash);
  return { namespace: namespace === '.' ? own : namespace, name: host.slice(slash + 1) };
}

/**
 * The hosts that a server takes for VirtualServices of a namespace.
 *
 * @param own the Gateway's namespace
 */
export function serverHostsFor({ hosts }: Pick<Server, 'hosts'>, own: string, namespace: string): string[] {
  return hosts.map((host) => serverHost(host, own)).filter((host) => host.namespace === '*' || host.namespace === namespace).map(({ name }) => name);
}

/** Whether two hosts, each a name or a wildcard, have a name in common. */
export function hostsOverlap(one: string, other: string): boolean {
  const [a, b] = [one.toLowerCase(), other.toLowerCase()];
  return hostMatches(a, b) || hostMatches(b, a);
}
