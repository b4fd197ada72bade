import { knownService, type KnownService } from '../known-service.ts';
import type { Finding } from '../message.ts';
import { resourceRule } from '../rule.ts';
import { destinationsOf, type PlacedDestination } from './destinations.ts';

/** Hosts and ports that routes and mirrors lead to, and that nobody defines where the VirtualService is for. */
export const destinationHosts = resourceRule('VirtualService', {
  analyzer: 'virtualservice.DestinationHostAnalyzer',
  codes: ['IST0101', 'IST0112'],
  *check(resource, view) {
    for (const placed of destinationsOf(resource)) {
      const { destination: { host }, path, mirror } = placed;
      const service = knownService(view, resource, host);
      if (service === undefined) yield { code: 'IST0101', path: `${path}.host`, text: `The ${mirror ? 'mirror host' : 'host'} "${host}" is not found.` };
      else yield* checkPort(placed, service);
    }
  },
});

function* checkPort({ destination: { host, port }, path }: PlacedDestination, { ports }: KnownService): Generator<Finding> {
  if (port?.number === undefined) {
    if (ports.length > 1) yield { code: 'IST0112', path, text: `The service "${host}" has several ports (${ports.join(', ')}): the destination must say which.` };
  } else if (!ports.includes(port.number)) yield { code: 'IST0101', path: `${path}.port`, text: `The port "${host}:${port.number}" is not found.` };
}
