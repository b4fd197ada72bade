import { servicesAtAddress, shortHosts, type Service, type Snapshot } from '@flotilla/mesh';
import type { Scope } from '../scope.ts';

/**
 * The authorities by which clients of a scope may ask for a host on a port: its name, shorter names,
 * the name with a trailing dot and virtual addresses, each with the port.
 *
 * @param bare whether the names mean this port also without saying so
 */
export function sidecarDomains(snapshot: Snapshot, scope: Scope, host: string, port: number, bare: boolean, service: Service | undefined): string[] {
  const names = host.includes('*') ? [host] : [host, `${host}.`, ...shortHosts(snapshot, host, scope.namespace)];
  if (service !== undefined) {
    for (const address of service.addresses) {
      if (!address.includes('/') && owner(snapshot, scope, address, port) === service) names.push(address.includes(':') ? `[${address}]` : address);
    }
  }
  if (host === '*') return bare ? ['*'] : [];
  return bare ? names.flatMap((name) => [name, `${name}:${port}`]) : names.map((name) => `${name}:${port}`);
}

/** Several services may claim an address: the oldest with the port has it. */
function owner(snapshot: Snapshot, scope: Scope, address: string, port: number): Service | undefined {
  return servicesAtAddress(snapshot, scope.namespace, address).find(({ ports }) => ports.some(({ number }) => number === port));
}
