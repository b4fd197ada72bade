import { balancingLabels, localityLabels, networkLabel, type EffectiveRule, type Endpoint, type Labels, type MeshConfig } from '@flotilla/mesh';
import type { LocalityLoadBalancerSetting } from '@flotilla/resources';
import type { PortPolicy } from '../clusters/policy.ts';
import { remember } from '../remember.ts';
import { distance, liesWithin, localityFrom } from './locality.ts';

/** Endpoints of one place, and when they are used. */
export interface EndpointGroup {
  /** `region/zone/subzone`, or empty. */
  readonly locality: string;
  /** 0 is used first; the next only as far as the one before fails. */
  readonly priority: number;
  /** Its share among those of the same priority. */
  readonly weight: number;
  readonly endpoints: readonly Endpoint[];
}

/** How requests are spread over localities: as a rule says, else as the mesh does; undefined where they are not. */
export function localityBalancing({ loadBalancer }: PortPolicy, mesh: MeshConfig): LocalityLoadBalancerSetting | undefined {
  const setting = loadBalancer?.localityLbSetting ?? mesh.localityBalancing ?? {};
  return setting.enabled === false ? undefined : setting;
}

/**
 * Endpoints by place, and how a client spreads its requests over them: by shares that a rule gives, or, where
 * failures are noticed, to the nearest first.
 *
 * @param client labels of who calls; only those that rules ask for
 */
export function endpointGroups(endpoints: readonly Endpoint[], policy: PortPolicy, client: Labels, mesh: MeshConfig): EndpointGroup[] {
  const setting = localityBalancing(policy, mesh);
  if (setting === undefined) return grouped(endpoints, () => 0);
  if (setting.distribute !== undefined && setting.distribute.length > 0) return distributed(grouped(endpoints, () => 0), setting.distribute, localityFrom(client));
  return grouped(endpoints, policy.outlierDetection === undefined ? () => 0 : ranking(setting, client));
}

const noRule = {};
const asked = new WeakMap<MeshConfig, WeakMap<object, readonly string[]>>();

/** What of a client the groups depend on under a rule, as text; mostly nothing. */
export function clientVariant(rule: EffectiveRule | undefined, client: Labels, mesh: MeshConfig): string {
  const known = remember(asked, mesh, () => new WeakMap<object, readonly string[]>());
  const labels = remember(known, rule ?? noRule, () => [...balancingLabels(rule ?? noRule, mesh.localityBalancing)].sort());
  return labels.length === 0 ? '' : JSON.stringify(labels.map((label) => client[label] ?? null));
}

function grouped(endpoints: readonly Endpoint[], rank: (endpoint: Endpoint) => number): EndpointGroup[] {
  const ranks = Map.groupBy(endpoints, rank);
  // Envoy wants priorities without gaps.
  return [...ranks.keys()].sort((a, b) => a - b).flatMap((key, priority) => {
    const places = Map.groupBy(ranks.get(key) ?? [], ({ locality }) => locality);
    return [...places.keys()].sort().map((locality) => {
      const members = places.get(locality) ?? [];
      return { locality, priority, weight: members.reduce((sum, { weight }) => sum + (weight === 0 ? 1 : weight), 0), endpoints: members };
    });
  });
}

type Distribute = NonNullable<LocalityLoadBalancerSetting['distribute']>;

/** Shares as the rule for the client's place gives them; places without one get nothing. */
function distributed(groups: readonly EndpointGroup[], distribute: Distribute, locality: string): EndpointGroup[] {
  const shares = locality === '' ? undefined : distribute.find(({ from }) => liesWithin(locality, from))?.to;
  if (shares === undefined) return [...groups];
  const entries = Object.entries(shares);
  const shareOf = (group: EndpointGroup) => entries.find(([to]) => liesWithin(group.locality, to));
  return groups.flatMap((group) => {
    const share = shareOf(group);
    if (share === undefined) return [];
    // Places that a wildcard takes in divide its share among them.
    const total = groups.filter((other) => shareOf(other) === share).reduce((sum, { weight }) => sum + weight, 0);
    return [{ ...group, weight: Math.ceil((group.weight * share[1]) / total) }];
  });
}

/** The most steps between two places, where a region to fail over to is named. */
const steps = 5;

/** In which order endpoints are used: by labels that they have in common with the client, and by how far away they are. */
function ranking({ failover = [], failoverPriority = [] }: Pick<LocalityLoadBalancerSetting, 'failover' | 'failoverPriority'>, client: Labels): (endpoint: Endpoint) => number {
  const here = localityFrom(client);
  const [region = ''] = here.split('/');
  const refuge = failover.find(({ from }) => from === region)?.to;
  const away = ({ locality }: Endpoint): number => {
    if (here === '') return 0;
    const far = distance(here, locality);
    return far === 3 && refuge !== undefined && locality.split('/')[0] !== refuge ? far + 1 : far;
  };
  if (failoverPriority.length === 0) return away;
  return (endpoint) => failoverPriority.length - common(failoverPriority, client, endpoint) + (failover.length === 0 ? 0 : away(endpoint) / steps);
}

/** How many of the labels, from the first on, an endpoint shares with the client; `name=value` stands for a client's. */
function common(labels: readonly string[], client: Labels, { labels: own, locality, network }: Endpoint): number {
  const there: Labels = { ...localityLabels(locality), ...(network === '' ? {} : { [networkLabel]: network }), ...own };
  const differs = labels.findIndex((label) => {
    const [name = '', value] = label.split('=');
    return (value ?? client[name] ?? '') !== (there[name] ?? '');
  });
  return differs === -1 ? labels.length : differs;
}
