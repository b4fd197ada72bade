import { each, type Place } from '../validation/place.ts';
import type { LocalityLoadBalancerSetting, ZoneAwareLoadBalancerSetting } from './load-balancer.ts';

const topologyLabels = ['topology.kubernetes.io/region', 'topology.kubernetes.io/zone', 'topology.istio.io/subzone'];

/** Which localities a client's requests go to: spread by share, or nearest first with places to fall back to. */
export function checkLocalityBalancing(setting: LocalityLoadBalancerSetting | undefined, outlierDetection: boolean, at: Place): void {
  if (setting === undefined) return;
  const { distribute = [], failover = [], failoverPriority } = setting;
  if (distribute.length > 0 && failover.length > 0) at.refuse('has distribute and failover, of which only one may be given');
  if (failover.length > 0) {
    each(failoverPriority, at.at('failoverPriority'), (label, here) => {
      if (topologyLabels.includes(label)) here.refuse('cannot be combined with failover, which orders localities too', { found: label });
    });
  }
  checkDistribute(distribute, at.at('distribute'));
  checkFailover(setting, outlierDetection, at);
}

export function checkZoneAwareness(setting: ZoneAwareLoadBalancerSetting | undefined, outlierDetection: boolean, at: Place): void {
  if (setting === undefined) return;
  checkFailover(setting, outlierDetection, at);
  each(setting.failoverPriority, at.at('failoverPriority'), (label, here) => {
    if (topologyLabels.includes(label.split('=')[0] ?? '')) here.refuse('is a label of the topology, which is looked after by itself', { found: label });
  });
}

type Failover = Pick<LocalityLoadBalancerSetting, 'failover' | 'failoverPriority'>;

function checkFailover({ failover, failoverPriority }: Failover, outlierDetection: boolean, at: Place): void {
  if ((failover?.length || failoverPriority?.length) && !outlierDetection) at.warn('never fails over without outlierDetection, which notices failures');
  each(failover, at.at('failover'), ({ from, to }, here) => {
    if (from === to) here.refuse('goes from a region to itself', { found: from });
    for (const [field, region] of Object.entries({ from, to })) {
      if (region.includes('/') || region.includes('*')) here.at(field).refuse('is not the name of a region', { found: region, allowed: 'a region alone, without zones and wildcards' });
    }
  });
}

function checkDistribute(distribute: NonNullable<LocalityLoadBalancerSetting['distribute']>, at: Place): void {
  each(distribute, at, ({ to }, here) => {
    const place = here.at('to');
    let total = 0;
    for (const [locality, weight] of Object.entries(to)) {
      if (weight < 1 || weight > 100) place.at(locality).refuse('is not a share in percent', { found: weight, allowed: '1 to 100' });
      total += weight;
    }
    if (total !== 100) place.refuse('does not add up to 100 percent', { found: total });
    checkLocalities(Object.keys(to).map((locality) => [locality, place.at(locality)]));
  });
  checkLocalities(distribute.map(({ from }, index) => [from, at.at(index).at('from')]));
}

/** Localities as `region`, `region/zone` or `region/zone/subzone`, a `*` at the end, none within another. */
function checkLocalities(localities: readonly (readonly [string, Place])[]): void {
  const seen: string[] = [];
  for (const [locality, at] of localities) {
    const star = locality.indexOf('*');
    const parts = locality.split('/');
    if (star !== -1 && star !== locality.length - 1) at.refuse('has a wildcard that is not at its end', { found: locality });
    else if (parts.some((part) => part === '') || parts.length > 3) at.refuse('is not a locality', { found: locality, allowed: 'as region/zone/subzone' });
    const other = seen.find((earlier) => overlap(earlier, locality));
    if (other !== undefined) at.refuse(`overlaps with ${other}`, { found: locality });
    seen.push(locality);
  }
}

/** A region is all of its zones, a zone all of its subzones, with or without a `*` for them. */
function overlap(one: string, other: string): boolean {
  const [short, long] = [one, other].map((locality) => locality.replace(/\/?\*$/, '')).sort((a, b) => a.length - b.length);
  if (short === undefined || long === undefined) return false;
  return short === '' || long === short || long.startsWith(`${short}/`);
}
