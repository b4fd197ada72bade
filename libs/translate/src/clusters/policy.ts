import { remember, type EffectiveRule, type MeshConfig } from '@flotilla/mesh';
import type { PortTrafficPolicy, Subset, TrafficPolicy } from '@flotilla/resources';

/** What holds for one port of a service, after port-level settings and subsets have been merged in. */
export type PortPolicy = Omit<TrafficPolicy, 'portLevelSettings'>;

const policies = new WeakMap<PortPolicy, WeakMap<EffectiveRule, Map<string, PortPolicy>>>();

/**
 * The policy for one port of a service or of a subset. A subset's blocks take the place of the
 * rule's; settings for the port take the place of all blocks, those they leave out included. What none of them has is
 * the mesh's.
 *
 * @returns one object for all ports and subsets of a rule that have the same policy
 */
export function portPolicy({ defaultPolicy }: Pick<MeshConfig, 'defaultPolicy'>, rule: EffectiveRule | undefined, port: number, subset?: Subset): PortPolicy {
  if (rule === undefined) return defaultPolicy;
  const own = subset?.trafficPolicy;
  const portMatters = hasPort(rule.trafficPolicy, port) || hasPort(own, port);
  const key = `${portMatters ? port : ''}|${own === undefined ? '' : (subset?.name ?? '')}`;
  const rules = remember(policies, defaultPolicy, () => new WeakMap<EffectiveRule, Map<string, PortPolicy>>());
  const known = remember(rules, rule, () => new Map<string, PortPolicy>());
  return remember(known, key, () => withPort(defaultPolicy, withPort(defaultPolicy, defaultPolicy, rule.trafficPolicy, port), own, port));
}

function hasPort(policy: TrafficPolicy | undefined, port: number): boolean {
  return policy?.portLevelSettings?.some((settings) => settings.port.number === port) === true;
}

function withPort(defaultPolicy: PortPolicy, base: PortPolicy, policy: TrafficPolicy | undefined, port: number): PortPolicy {
  if (policy === undefined) return base;
  const { portLevelSettings = [], ...blocks } = policy;
  const merged: PortPolicy = { ...base, ...blocks };
  const own = portLevelSettings.find((settings) => settings.port.number === port);
  if (own === undefined) return merged;
  const kept = Object.entries(merged).filter(([block]) => !perPortBlocks.has(block));
  return { ...defaultPolicy, ...Object.fromEntries(kept), ...blocksOf(own) };
}

/** What a port's settings decide, for ill or good: a block they leave out is back at its default. */
export const perPortBlocks: ReadonlySet<string> = new Set<keyof PortPolicy>(['loadBalancer', 'connectionPool', 'outlierDetection', 'tls']);

function blocksOf(settings: PortTrafficPolicy): PortPolicy {
  return Object.fromEntries(Object.entries(settings).filter(([block]) => perPortBlocks.has(block)));
}
