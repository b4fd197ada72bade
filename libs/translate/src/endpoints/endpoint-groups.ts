import { balancingLabels, remember, type EffectiveRule, type Endpoint, type Labels, type MeshConfig } from '@flotilla/mesh';
import type { LocalityLoadBalancerSetting, ZoneAwareLoadBalancerSetting } from '@flotilla/resources';
import type { PortPolicy } from '../clusters/policy.ts';
import { liesWithin, localityFrom } from './locality.ts';
import { ranking, regionsAway, stepsAway } from './ranking.ts';

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

/** What decides to which localities requests go. */
export type LocalityBalancing =
  | { readonly by: 'nothing' }
  | { readonly by: 'locality'; readonly setting: LocalityLoadBalancerSetting }
  /** Regions are told apart here, zones within the client's own by Envoy. */
  | { readonly by: 'zone'; readonly setting: ZoneAwareLoadBalancerSetting };

/** How requests are spread over localities: as a rule says, else as the mesh does. */
export function localityBalancing({ loadBalancer }: PortPolicy, mesh: MeshConfig): LocalityBalancing {
  const { localityLbSetting: own, zoneAwareLbSetting } = loadBalancer ?? {};
  const zones = zoneAwareLbSetting ?? (own === undefined ? mesh.zoneAwareness : undefined);
  if (zones !== undefined && zones.enabled !== false) return { by: 'zone', setting: zones };
  const setting = own ?? mesh.localityBalancing ?? {};
  return setting.enabled === false ? { by: 'nothing' } : { by: 'locality', setting };
}

/**
 * Endpoints by place, and how a client spreads its requests over them: by shares that a rule gives, or, where
 * failures are noticed, to the nearest first.
 *
 * @param client labels of who calls; only those that rules ask for
 */
export function endpointGroups(endpoints: readonly Endpoint[], policy: PortPolicy, client: Labels, mesh: MeshConfig): EndpointGroup[] {
  const choice = localityBalancing(policy, mesh);
  if (choice.by === 'nothing') return grouped(endpoints, () => 0);
  if (choice.by === 'zone') return grouped(endpoints, ranking(choice.setting, client, regionsAway));
  const { setting } = choice;
  if (setting.distribute !== undefined && setting.distribute.length > 0) return distributed(grouped(endpoints, () => 0), setting.distribute, localityFrom(client));
  return grouped(endpoints, policy.outlierDetection === undefined ? () => 0 : ranking(setting, client, setting.failoverPriority?.length && !setting.failover?.length ? undefined : stepsAway));
}

const noRule = {};
const asked = new WeakMap<MeshConfig, WeakMap<object, readonly string[]>>();

/** What of a client the groups depend on under a rule, as text; mostly nothing. */
export function clientVariant(rule: EffectiveRule | undefined, client: Labels, mesh: MeshConfig): string {
  const known = remember(asked, mesh, () => new WeakMap<object, readonly string[]>());
  const labels = remember(known, rule ?? noRule, () => [...balancingLabels(rule ?? noRule, mesh)].sort());
  return labels.length === 0 ? '' : JSON.stringify(labels.map((label) => client[label] ?? null));
}

function grouped(endpoints: readonly Endpoint[], rank: (endpoint: Endpoint) => number): EndpointGroup[] {
  const [first] = endpoints;
  if (first === undefined) return [];
  const [locality, best] = [first.locality, rank(first)];
  if (endpoints.every((endpoint) => endpoint.locality === locality && rank(endpoint) === best)) return [group(locality, 0, endpoints)];
  const ranks = Map.groupBy(endpoints, rank);
  // Envoy wants priorities without gaps.
  return [...ranks.keys()].sort((a, b) => a - b).flatMap((key, priority) => {
    const places = Map.groupBy(ranks.get(key) ?? [], ({ locality }) => locality);
    return [...places.keys()].sort().map((place) => group(place, priority, places.get(place) ?? []));
  });
}

function group(locality: string, priority: number, endpoints: readonly Endpoint[]): EndpointGroup {
  return { locality, priority, weight: endpoints.reduce((sum, { weight }) => sum + (weight === 0 ? 1 : weight), 0), endpoints };
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
