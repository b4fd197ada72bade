import { localityLabels, networkLabel, type Endpoint, type Labels } from '@flotilla/mesh';
import type { LocalityLoadBalancerSetting } from '@flotilla/resources';
import { distance, localityFrom, regionOf } from './locality.ts';

/** More than the steps between any two places. */
const steps = 5;

/** How far a place is from another, in steps; `refuge` is the region to fail over to. */
type Away = (here: string, there: string, refuge: string | undefined) => number;

/** By sub-zone, zone and region. */
export const stepsAway: Away = (here, there, refuge) => {
  const far = distance(here, there);
  return far === 3 && refuge !== undefined && regionOf(there) !== refuge ? far + 1 : far;
};

/** By region alone. */
export const regionsAway: Away = (here, there, refuge) => {
  if (regionOf(there) === regionOf(here)) return 0;
  return refuge === undefined || regionOf(there) === refuge ? 1 : 2;
};

/**
 * In which order endpoints are used: by labels that they have in common with the client, and among those that have the
 * same by how far away they are.
 *
 * @param client labels of who calls
 * @param away how far places are; all alike when absent
 */
export function ranking({ failover = [], failoverPriority = [] }: Pick<LocalityLoadBalancerSetting, 'failover' | 'failoverPriority'>, client: Labels, away: Away | undefined): (endpoint: Endpoint) => number {
  const here = localityFrom(client);
  const refuge = failover.find(({ from }) => from === regionOf(here))?.to;
  const far = ({ locality }: Endpoint): number => (here === '' || away === undefined ? 0 : away(here, locality, refuge) / steps);
  return (endpoint) => failoverPriority.length - common(failoverPriority, client, endpoint) + far(endpoint);
}

/** How many of the labels, from the first on, an endpoint shares with the client; `name=value` stands for a client's. */
function common(labels: readonly string[], client: Labels, { labels: own, locality, network }: Endpoint): number {
  if (labels.length === 0) return 0;
  const there: Labels = { ...localityLabels(locality), ...(network === '' ? {} : { [networkLabel]: network }), ...own };
  const differs = labels.findIndex((label) => {
    const [name = '', value] = label.split('=');
    return (value ?? client[name] ?? '') !== (there[name] ?? '');
  });
  return differs === -1 ? labels.length : differs;
}
