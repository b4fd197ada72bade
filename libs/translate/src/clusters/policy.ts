import { remember, type EffectiveRule } from '@flotilla/mesh';
import type { PortTrafficPolicy, Subset, TrafficPolicy } from '@flotilla/resources';

/** What holds for one port of a service, after port-level settings and subsets have been merged in. */
export type PortPolicy = Omit<TrafficPolicy, 'portLevelSettings'>;

const noPolicy: PortPolicy = {};
const policies = new WeakMap<EffectiveRule, Map<string, PortPolicy>>();

/**
 * The policy for one port of a service or of a subset. A subset's blocks take the place of the
 * rule's; settings for the port take the place of all blocks, those they leave out included.
 *
 * @returns one object for all ports and subsets of a rule that have the same policy
 */
export function portPolicy(rule: EffectiveRule | undefined, port: number, subset?: Subset): PortPolicy {
  if (rule === undefined) return noPolicy;
  const own = subset?.trafficPolicy;
  const portMatters = hasPort(rule.trafficPolicy, port) || hasPort(own, port);
  const key = `${portMatters ? port : ''}|${own === undefined ? '' : (subset?.name ?? '')}`;
  const known = remember(policies, rule, () => new Map<string, PortPolicy>());
  return remember(known, key, () => withPort(withPort(noPolicy, rule.trafficPolicy, port), own, port));
}

function hasPort(policy: TrafficPolicy | undefined, port: number): boolean {
  return policy?.portLevelSettings?.some((settings) => settings.port.number === port) === true;
}

function withPort(base: PortPolicy, policy: TrafficPolicy | undefined, port: number): PortPolicy {
  if (policy === undefined) return base;
  const { portLevelSettings = [], ...blocks } = policy;
  const merged: PortPolicy = { ...base, ...blocks };
  const own = portLevelSettings.find((settings) => settings.port.number === port);
  if (own === undefined) return merged;
  const kept = Object.entries(merged).filter(([block]) => !perPortBlocks.has(block));
  return { ...Object.fromEntries(kept), ...blocksOf(own) };
}

/** What a port's settings decide, for ill or good: a block they leave out is back at its default. */
export const perPortBlocks: ReadonlySet<string> = new Set<keyof PortPolicy>(['loadBalancer', 'connectionPool', 'outlierDetection', 'tls']);

function blocksOf(settings: PortTrafficPolicy): PortPolicy {
  return Object.fromEntries(Object.entries(settings).filter(([block]) => perPortBlocks.has(block)));
}
