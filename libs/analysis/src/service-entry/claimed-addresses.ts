import { canonicalHost, isHttp, serviceId, type Service, type ServicePort } from '@flotilla/mesh';
import { resourceRule } from '../rule.ts';
import type { View } from '../view.ts';
import { allocatesAddresses } from './addresses.ts';
import { clientsOf, haveClientsInCommon } from './clients.ts';

/** Ports at which connections are taken for another service, an older one that nothing tells them apart from. */
export const claimedAddresses = resourceRule('ServiceEntry', {
  analyzer: 'serviceentry.ClaimedAddressAnalyzer',
  codes: ['FLT0103'],
  *check({ metadata: { namespace }, spec }, view) {
    for (const name of spec.hosts) {
      const host = canonicalHost(name);
      const service = view.snapshot.services.services.get(serviceId(namespace, host));
      if (service === undefined) continue;
      for (const [at, { number }] of (spec.ports ?? []).entries()) {
        const port = service.ports.find((own) => own.number === number);
        if (port === undefined) continue;
        for (const address of placesOf(spec.addresses, port, view)) {
          const claimant = claimantOf(service, port, address, view);
          if (claimant === undefined) continue;
          const place = address === undefined ? `port ${number}, by which alone they are known,` : `port ${number} of ${address}`;
          yield { code: 'FLT0103', path: `spec.ports[${at}]`, text: `Connections to ${place} are for ${claimant.host} of the namespace ${claimant.namespace}, which is older, and not for ${host}.` };
        }
      }
    }
  },
});

/** Where connections to a port of an entry are taken; undefined stands for its number alone. */
function placesOf(addresses: readonly string[] = [], port: ServicePort, view: View): readonly (string | undefined)[] {
  if (addresses.length > 0) return addresses.filter((address) => !address.includes('/'));
  return takesAll(port) && !allocatesAddresses(view) ? [undefined] : [];
}

/** Whether a port's connections have neither a host nor a server name that they are told by. */
function takesAll({ protocol }: ServicePort): boolean {
  return !isHttp(protocol) && protocol !== 'TLS';
}

/** The older service that has the place for somebody who sees both. Requests are told by their hosts, where both take nothing else. */
function claimantOf(service: Service, port: ServicePort, address: string | undefined, { snapshot: { services } }: View): Service | undefined {
  const claims = (address === undefined ? services.byOpaquePort.get(String(port.number)) : services.byAddress.get(address)) ?? [];
  const clients = clientsOf(service.namespace, service.exportTo);
  for (const claim of claims) {
    if (claim === service) return undefined;
    const rival = claim.ports.find(({ number }) => number === port.number);
    const meets = rival !== undefined && (address === undefined ? claim.addresses.length === 0 && takesAll(rival) : !isHttp(rival.protocol) || !isHttp(port.protocol));
    if (meets && claim.host !== service.host && haveClientsInCommon(clients, clientsOf(claim.namespace, claim.exportTo))) return claim;
  }
  return undefined;
}
