import { servesPort, type Endpoint, type ServicePort } from '@flotilla/mesh';
import { selectorMatches, type Subset } from '@flotilla/resources';

/** The endpoints of a service's port that are in a subset, and may be sent requests; of all where no subset is meant. */
export function subsetMembers(subset: Subset | undefined, port: ServicePort, endpoints: readonly Endpoint[]): readonly Endpoint[] {
  return endpoints.filter((endpoint) => endpoint.healthy && servesPort(endpoint, port) && (subset === undefined || selectorMatches(subset.labels, endpoint.labels)));
}
