import { workloadsOfService, type Service, type Snapshot } from '@flotilla/mesh';
import { isOfCluster } from '@flotilla/resources';
import { withoutPort } from '../choose-virtual-host.ts';
import type { Cause, ExplainedEndpoint } from '../explanation.ts';

/** How many endpoints are told the origin of: a service may have thousands, all alike. */
const shown = 5;

/** What the first endpoints of a service come of: WorkloadEntries, or a ServiceEntry that lists them. */
export function endpointCauses(snapshot: Snapshot, service: Service, endpoints: readonly ExplainedEndpoint[]): Cause[] {
  const wanted = new Set(endpoints.slice(0, shown).map(({ address }) => withoutPort(address).replace(/^\[(.*)\]$/, '$1')));
  const listed = service.sources.flatMap((source) => {
    const resource = snapshot.resources.get(source);
    // Of a Service, others than it say which endpoints there are.
    const all = resource?.kind === 'ServiceEntry' && !isOfCluster(resource) ? (resource.spec.endpoints ?? []) : [];
    return all.flatMap(({ address = '' }, at): Cause[] => (wanted.has(address) ? [{ of: 'endpoints', resource: source, path: `spec.endpoints[${at}]` }] : []));
  });
  const selected = [...workloadsOfService(snapshot, service)].flatMap(([key, { address }]): Cause[] => (wanted.has(address) ? [{ of: 'endpoints', resource: key, path: 'spec' }] : []));
  return [...listed, ...selected];
}
