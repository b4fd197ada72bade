import { canonicalHost } from '@flotilla/mesh';
import type { ServiceEntry } from '@flotilla/resources';
import { resourceRule } from '../rule.ts';
import { perView, resourcesOf, type View } from '../view.ts';
import { clientsOf, haveClientsInCommon } from './clients.ts';

/** ServiceEntries that disagree on what is spoken at one port of one host. */
export const serviceEntryProtocols = resourceRule('ServiceEntry', {
  analyzer: 'serviceentry.ConflictingServiceEntryProtocolAnalyzer',
  codes: ['IST0177'],
  *check(entry, view) {
    for (const { host, port, clients } of claimsOf(entry, view)) {
      const rivals = (byPort(view).get(`${host}:${port}`) ?? []).filter((claim) => haveClientsInCommon(clients, claim.clients));
      const protocols = new Set(rivals.map(({ protocol }) => protocol));
      if (protocols.size < 2) continue;
      const names = [...new Set(rivals.map(({ entry: { metadata } }) => `${metadata.namespace}/${metadata.name}`))].sort();
      yield { code: 'IST0177', path: 'spec.ports', text: `The ServiceEntries ${names.join(', ')} say that port ${port} of ${host} speaks ${[...protocols].sort().map((name) => name || 'anything').join(', ')}; the oldest one holds.` };
      return;
    }
  },
});

interface Claim {
  readonly entry: ServiceEntry;
  readonly host: string;
  readonly port: number;
  readonly protocol: string;
  /** The namespaces that see it. */
  readonly clients: readonly string[];
}

const byPort = perView((view) => Map.groupBy(resourcesOf(view, 'ServiceEntry').flatMap((entry) => claimsOf(entry, view)), ({ host, port }) => `${host}:${port}`));

function claimsOf(entry: ServiceEntry, { snapshot }: View): Claim[] {
  const { metadata: { namespace }, spec } = entry;
  const exportTo = spec.exportTo?.length ? spec.exportTo : snapshot.mesh.defaultExportTo.service;
  const clients = clientsOf(namespace, exportTo);
  return spec.hosts.flatMap((host) => (spec.ports ?? []).map(({ number, protocol }) => ({ entry, host: canonicalHost(host), port: number, protocol: (protocol ?? '').toUpperCase(), clients })));
}
