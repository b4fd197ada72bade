import { serviceFor, type ServicePort, type Snapshot } from '@flotilla/mesh';
import { egressPorts } from '../listeners/egress-ports.ts';
import type { Scope } from '../scope.ts';
import type { RouteTable } from './route-table.ts';

/**
 * Hosts that VirtualServices name and that are no service are guests: requests for them are routed on port 80, but, as in
 * Istio, where connections are intercepted only if a service has that port, or a Sidecar lists it.
 */
export const guestPort: ServicePort = { number: 80, name: 'http', protocol: 'HTTP', targetPort: 80 };

/** The route configuration that is not there for guests alone. */
export function hostedTable(scope: Scope): string | undefined {
  const { number } = guestPort;
  return scope.type === 'sidecar' && scope.interception === 'REDIRECT' && !egressPorts(scope).some(({ port }) => port === number) ? String(number) : undefined;
}

/** Whether one of the virtual hosts is of a service. */
export function hasHost(snapshot: Snapshot, scope: Scope, { names }: Pick<RouteTable, 'names'>): boolean {
  return names.some((name) => serviceFor(snapshot, scope, name.slice(0, name.lastIndexOf(':'))) !== undefined);
}
