import { remember, type EffectiveRule } from '@flotilla/mesh';
import type { LoadBalancerSettings, TrafficPolicy } from '@flotilla/resources';

const known = new WeakMap<EffectiveRule, boolean>();

/** Whether requests go to the very address the caller had in mind. */
export function isPassthrough(settings: LoadBalancerSettings | undefined): boolean {
  return settings?.simple === 'PASSTHROUGH';
}

/** Whether a rule says so of any port or subset. */
export function mayPassThrough(rule: EffectiveRule | undefined): boolean {
  return rule !== undefined && remember(known, rule, () => [rule, ...rule.subsets].some(({ trafficPolicy }) => saysSo(trafficPolicy)));
}

function saysSo(policy: TrafficPolicy | undefined): boolean {
  return [policy, ...(policy?.portLevelSettings ?? [])].some((one) => isPassthrough(one?.loadBalancer));
}
