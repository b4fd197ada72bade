import type { ServiceEntry } from '@flotilla/resources';
import { endpointPort, servesPort, serving, type Endpoint } from './endpoint.ts';
import { portsOf, type ServicePort } from './service.ts';

/**
 * The endpoints of one of several ServiceEntries that make a service together. They serve the ports of
 * their own entry alone, where that says, under the names that the service has for them.
 *
 * @param ports of the service
 */
export function withOwnPorts(endpoints: readonly Endpoint[], entry: ServiceEntry, ports: readonly ServicePort[]): Endpoint[] {
  const own = portsOf([entry]);
  const named = ports.flatMap((port) => own.filter(({ number }) => number === port.number).map((one) => [port, one] as const));
  return endpoints.map((endpoint) => {
    const served = named.filter(([port]) => servesPort(endpoint, port));
    return serving(endpoint, served.map(([{ name, number }, one]) => ({ name, number, own: endpointPort(endpoint, one) })), ports.length);
  });
}
