import { checkOneAtMost } from '../validation/choice.ts';
import { checkDuration } from '../validation/duration.ts';
import { each, type Place } from '../validation/place.ts';
import type { ConsistentHashLB, HTTPCookie, LoadBalancerSettings, WarmupConfiguration } from './load-balancer.ts';
import { checkLocalityBalancing, checkZoneAwareness } from './locality-rules.ts';

/** @param outlierDetection whether failing endpoints are noticed, which failover needs */
export function checkLoadBalancer(settings: LoadBalancerSettings, outlierDetection: boolean, at: Place): void {
  checkOneAtMost(settings, ['simple', 'consistentHash', 'backendUtilization'], at);
  if (settings.consistentHash !== undefined) checkConsistentHash(settings.consistentHash, at.at('consistentHash'));
  checkOneAtMost(settings, ['localityLbSetting', 'zoneAwareLbSetting'], at);
  checkLocalityBalancing(settings.localityLbSetting, outlierDetection, at.at('localityLbSetting'));
  checkZoneAwareness(settings.zoneAwareLbSetting, outlierDetection, at.at('zoneAwareLbSetting'));
  if (settings.zoneAwareLbSetting !== undefined && !choosesByZone(settings)) {
    at.at('zoneAwareLbSetting').warn('keeps requests in the region, but not in the zone, with this load balancer', { allowed: 'simple: RANDOM, ROUND_ROBIN or LEAST_REQUEST' });
  }
  checkDuration(settings.warmupDurationSecs, at.at('warmupDurationSecs'));
  if (settings.warmupDurationSecs !== undefined) at.at('warmupDurationSecs').warn('is deprecated', { allowed: 'warmup.duration' });
  if (settings.warmup !== undefined) checkWarmup(settings.warmup, at.at('warmup'));
  for (const field of ['warmup', 'warmupDurationSecs'] as const) {
    if (settings[field] !== undefined && !warmsUp(settings)) at.at(field).warn('has no effect with this load balancer', { allowed: 'simple: ROUND_ROBIN or LEAST_REQUEST' });
  }
}

/** Whether Envoy can prefer the endpoints of its own zone. */
function choosesByZone({ simple, consistentHash, backendUtilization }: LoadBalancerSettings): boolean {
  return consistentHash === undefined && backendUtilization === undefined && simple !== 'PASSTHROUGH';
}

/** Whether new endpoints can be given traffic little by little. */
function warmsUp({ simple = 'UNSPECIFIED', consistentHash, backendUtilization }: LoadBalancerSettings): boolean {
  return consistentHash === undefined && backendUtilization === undefined && simple !== 'RANDOM' && simple !== 'PASSTHROUGH';
}

function checkConsistentHash(hash: ConsistentHashLB, at: Place): void {
  checkOneAtMost(hash, ['httpHeaderName', 'httpCookie', 'useSourceIp', 'httpQueryParameterName'], at);
  checkOneAtMost(hash, ['ringHash', 'maglev', 'minimumRingSize'], at);
  if (hash.httpCookie !== undefined) checkCookie(hash.httpCookie, at.at('httpCookie'));
  if (hash.minimumRingSize !== undefined) at.at('minimumRingSize').warn('is deprecated', { allowed: 'ringHash.minimumRingSize' });
  const { maglev } = hash;
  if (maglev !== undefined) checkTableSize(maglev.tableSize, at.at('maglev').at('tableSize'));
}

function checkCookie({ name, attributes }: HTTPCookie, at: Place): void {
  if (name === '') at.at('name').refuse('must not be empty');
  const names = new Set<string>();
  each(attributes, at.at('attributes'), (attribute, here) => {
    if (attribute.name === '') here.at('name').refuse('must not be empty');
    else if (names.has(attribute.name)) here.at('name').refuse('is there already', { found: attribute.name });
    names.add(attribute.name);
  });
}

const largestTable = 5_000_011;

function checkTableSize(written: string | number | undefined, at: Place): void {
  const allowed = `a prime number below ${largestTable}, as 65537`;
  const size = Number(written);
  if (written === undefined) at.refuse('is missing', { allowed });
  else if (size >= largestTable || !isPrime(size)) at.refuse('is not a size for a Maglev table', { found: size, allowed });
}

function isPrime(number: number): boolean {
  if (number < 2) return false;
  for (let factor = 2; factor * factor <= number; factor++) if (number % factor === 0) return false;
  return true;
}

function checkWarmup({ duration, minimumPercent = 0, aggression = 1 }: WarmupConfiguration, at: Place): void {
  checkDuration(duration, at.at('duration'));
  if (minimumPercent < 0 || minimumPercent > 100) at.at('minimumPercent').refuse('is not a share in percent', { found: minimumPercent, allowed: '0 to 100' });
  if (aggression < 1) at.at('aggression').refuse('is too small', { found: aggression, allowed: '1 or more' });
}
