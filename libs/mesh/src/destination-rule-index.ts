import { type DestinationRule, isVisible, selectorMatches } from '@flotilla/resources';
import { compareAge } from './age.ts';
import { reindex, type AgeIndex } from './age-index.ts';
import { mergeRules, type EffectiveRule } from './effective-rule.ts';
import { fullHost, isWildcard, widerHosts } from './host-name.ts';
import { updateKeySets, type KeySet, type KeySets, type Membership } from './key-sets.ts';
import type { Labels } from './labels.ts';
import type { MeshConfig } from './mesh-config.ts';
import { PersistentMap } from './persistent-map.ts';
import type { Change } from './resource-change.ts';
import type { Service } from './service.ts';

/** DestinationRules by `<namespace>/<host>`, as written and merged. */
export interface DestinationRuleIndex {
  readonly written: AgeIndex<DestinationRule>;
  readonly merged: PersistentMap<string, readonly EffectiveRule[]>;
  /** The namespaces that have rules for a host. */
  readonly namespaces: KeySets;
  /** Those of `namespaces` that are for wildcards: mostly none. */
  readonly wildcards: KeySets;
}

export const noDestinationRules: DestinationRuleIndex = { written: PersistentMap.empty(), merged: PersistentMap.empty(), namespaces: PersistentMap.empty(), wildcards: PersistentMap.empty() };

export function advanceDestinationRules(index: DestinationRuleIndex, changes: readonly Change<DestinationRule>[], domainSuffix: string): DestinationRuleIndex {
  if (changes.length === 0) return index;
  const keyOf = (rule: DestinationRule) => `${rule.metadata.namespace}/${ruleHost(rule, domainSuffix)}`;
  const written = reindex(index.written, changes, (rule) => [keyOf(rule)], compareAge);
  const removed: Membership[] = [];
  const added: Membership[] = [];
  const merged = new Map<string, readonly EffectiveRule[] | undefined>();
  for (const key of new Set(changes.flatMap(({ before, after }) => [before, after].flatMap((rule) => (rule === undefined ? [] : keyOf(rule)))))) {
    const rules = written.get(key);
    const slash = key.indexOf('/');
    const [namespace, host] = [key.slice(0, slash), key.slice(slash + 1)];
    merged.set(key, rules === undefined ? undefined : mergeRules(host, rules));
    (rules === undefined ? removed : added).push([host, namespace]);
  }
  const ofWildcard = ([host]: Membership) => isWildcard(host);
  return {
    written,
    merged: index.merged.with(merged),
    namespaces: updateKeySets(index.namespaces, removed, added),
    wildcards: updateKeySets(index.wildcards, removed.filter(ofWildcard), added.filter(ofWildcard)),
  };
}

/** The full host that a DestinationRule is for. */
export function ruleHost({ metadata, spec }: DestinationRule, domainSuffix: string): string {
  return fullHost(spec.host, metadata.namespace, domainSuffix);
}

/** Who calls: rules may depend on it. */
export interface Client {
  readonly namespace: string;
  readonly labels: Labels;
}

/**
 * The rule for a client's traffic to a service: the client's namespace is asked first, then the
 * service's, then the root namespace; in each, the most specific host wins.
 */
export function findRule(index: DestinationRuleIndex, client: Client, service: Service, mesh: MeshConfig): EffectiveRule | undefined {
  const hosts = ruledHosts(index, service.host);
  if (hosts.length === 0) return undefined;
  for (const namespace of [client.namespace, service.namespace, mesh.rootNamespace]) {
    for (const { host, namespaces } of hosts) {
      if (!namespaces.has(namespace)) continue;
      const rules = index.merged.get(`${namespace}/${host}`);
      const own = namespace === client.namespace;
      const rule =
        (own ? rules?.find(({ clients }) => clients !== undefined && selectorMatches(clients, client.labels)) : undefined) ??
        rules?.find(({ clients, exportTo }) => clients === undefined && (own || isVisible(exportTo, namespace, client.namespace, mesh.defaultExportTo.destinationRule)));
      if (rule !== undefined) return rule;
    }
  }
  return undefined;
}

/** The hosts with rules that take in a host, the most specific first. */
function ruledHosts({ namespaces, wildcards }: DestinationRuleIndex, host: string): { host: string; namespaces: KeySet }[] {
  const own = namespaces.get(host);
  const hosts = own === undefined ? [] : [{ host, namespaces: own }];
  if (wildcards.size === 0) return hosts;
  const wider = [...widerHosts(host)].flatMap((pattern) => {
    const found = wildcards.get(pattern);
    return found === undefined ? [] : [{ host: pattern, namespaces: found }];
  });
  return [...hosts, ...wider];
}
