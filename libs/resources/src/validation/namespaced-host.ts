import { isIpAddress } from './address.ts';
import { faultOfWildcardName, isDnsLabel, isPartialWildcard } from './domain-name.ts';
import type { Place } from './place.ts';

interface Expected {
  /** What may stand before the slash beside the name of a namespace. */
  readonly namespaces: readonly string[];
  /** Whether the host may stand alone, for any namespace. */
  readonly bare: boolean;
  /** Whether an IP address may stand for the host. */
  readonly addresses: boolean;
}

/** `namespace/host`: the hosts of a namespace as Gateways and Sidecars name them, complete or with a wildcard. */
export function checkNamespacedHost(entry: string, { namespaces, bare, addresses }: Expected, at: Place): void {
  const slash = entry.indexOf('/');
  const namespace = slash === -1 ? undefined : entry.slice(0, slash);
  const host = entry.slice(slash + 1);
  const allowed = [...namespaces.map((name) => JSON.stringify(name)), 'the name of a namespace'].join(', ');
  if (namespace === undefined && !bare) at.refuse('has no namespace', { found: entry, allowed: 'namespace/host, as */www.example.com' });
  if (namespace !== undefined && !namespaces.includes(namespace) && !isDnsLabel(namespace)) {
    at.refuse(`has ${JSON.stringify(namespace)} for a namespace`, { found: entry, allowed });
  }
  const fault = addresses && isIpAddress(host) ? undefined : (faultOfWildcardName(host) ?? faultOfShape(host));
  if (fault !== undefined) at.refuse(fault, { found: entry, allowed: 'as www.example.com, *.example.com or *' });
}

function faultOfShape(host: string): string | undefined {
  if (host === '*') return undefined;
  if (!host.includes('.')) return 'is a short name; the complete one is needed here';
  return isPartialWildcard(host) ? 'has a wildcard that is not the whole first label' : undefined;
}
