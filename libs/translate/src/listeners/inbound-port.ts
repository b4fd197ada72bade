import { endpointPort, endpointsOf, servicesOfWorkload, type Protocol, type Snapshot } from '@flotilla/mesh';
import type { ProxyDescription } from '../proxy.ts';

/** A port on which a workload takes connections. */
export interface InboundPort {
  readonly number: number;
  readonly protocol: Protocol;
  /** Where the application listens; where the connection was going, when absent. */
  readonly app: string | undefined;
}

/**
 * The ports of a workload: those that its services name. Without interception only those count for
 * which it is known where the application listens.
 */
export function inboundPorts(snapshot: Snapshot, proxy: ProxyDescription): InboundPort[] {
  const { namespace, labels, ipAddresses, interception, appEndpoints } = proxy;
  const ports = new Map<number, InboundPort>();
  for (const service of servicesOfWorkload(snapshot, { namespace, labels, addresses: ipAddresses })) {
    const endpoint = endpointsOf(snapshot, service).find(({ address }) => ipAddresses.includes(address));
    for (const port of service.ports) {
      const number = endpoint === undefined ? port.targetPort : endpointPort(endpoint, port);
      const app = appEndpoints[number];
      if (ports.has(number) || (interception === 'NONE' && app === undefined)) continue;
      ports.set(number, { number, protocol: port.protocol, app });
    }
  }
  return [...ports.values()].sort((a, b) => a.number - b.number);
}
