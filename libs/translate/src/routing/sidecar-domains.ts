import { isHost, mayBeHttp, servicesAtAddress, shortHosts, type Service, type Snapshot } from '@flotilla/mesh';
import type { Scope } from '../scope.ts';

/**
 * The authorities by which clients of a scope may ask for a host on a port: its name, shorter names,
 * the name with a trailing dot, aliases and virtual addresses. Of services that claim one address or alias, the oldest with
 * the port has it.
 *
 * @param ofPort whether they are for a table of this port alone
 * @param bare whether the names mean this port also without saying so
 * @param spoken whether the port that a client says is looked at
 */
export function sidecarDomains(
  snapshot: Snapshot,
  scope: Scope,
  host: string,
  port: number,
  { ofPort, bare, spoken }: { readonly ofPort: boolean; readonly bare: boolean; readonly spoken: boolean },
  service: Service | undefined,
): string[] {
  if (host === '*') return bare ? ['*'] : [];
  const names = host.includes('*') ? [host] : [host, `${host}.`, ...shortHosts(snapshot, host, scope.namespace)];
  const forms = (name: string, meant: boolean): string[] => [...(meant ? [name] : []), ...(spoken ? [`${name}:${port}`] : [])];
  const domains = names.flatMap((name) => forms(name, bare));
  for (const [claimed, written] of claimedNames(snapshot, scope, service)) {
    const claims = isHost(snapshot, claimed) ? [] : servicesAtAddress(snapshot, scope, claimed);
    if (claims.find(({ ports }) => ports.some(({ number }) => number === port)) !== service) continue;
    // In a table of one port the port goes without saying; in that of all ports only the first claim's does.
    const meant = ofPort || claims.find(({ ports }) => ports.some(({ protocol }) => mayBeHttp(protocol))) === service;
    domains.push(...written.flatMap((name) => forms(name, bare && meant)));
  }
  return domains;
}

/** The addresses and aliases of a service, which others may claim too, and how clients write them. */
function* claimedNames(snapshot: Snapshot, scope: Scope, service: Service | undefined): Generator<readonly [claimed: string, spoken: readonly string[]]> {
  for (const address of addressesFor(scope, service)) if (!address.includes('/')) yield [address, [address.includes(':') ? `[${address}]` : address]];
  for (const alias of service?.aliases ?? []) yield [alias, [alias, `${alias}.`, ...shortHosts(snapshot, alias, scope.namespace)]];
}

/** The addresses by which clients of a scope reach a service. */
function addressesFor({ dnsCapture }: Scope, service: Service | undefined): readonly string[] {
  if (service === undefined) return [];
  return dnsCapture ? [...service.addresses, ...service.automaticAddresses] : service.addresses;
}
