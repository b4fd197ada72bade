import { type DestinationRule, isVisible, selectorMatches } from '@flotilla/resources';
import { Map as PersistentMap } from 'immutable';
import { reindex, type AgeIndex } from './age-index.ts';
import { mergeRules, type EffectiveRule } from './effective-rule.ts';
import { fullHost, hostPatterns } from './host-name.ts';
import type { Labels } from './labels.ts';
import type { Change } from './resource-change.ts';
import type { Service } from './service.ts';

/** DestinationRules by `<namespace>/<host>`, as written and merged. */
export interface DestinationRuleIndex {
  readonly written: AgeIndex<DestinationRule>;
  readonly merged: PersistentMap<string, readonly EffectiveRule[]>;
}

export const noDestinationRules: DestinationRuleIndex = { written: PersistentMap(), merged: PersistentMap() };

export function advanceDestinationRules(index: DestinationRuleIndex, changes: readonly Change<DestinationRule>[], domainSuffix: string): DestinationRuleIndex {
  if (changes.length === 0) return index;
  const keyOf = (rule: DestinationRule) => `${rule.metadata.namespace}/${ruleHost(rule, domainSuffix)}`;
  const written = reindex(index.written, changes, (rule) => [keyOf(rule)]);
  const merged = index.merged.withMutations((draft) => {
    for (const key of new Set(changes.flatMap(({ before, after }) => [before, after].flatMap((rule) => (rule === undefined ? [] : keyOf(rule)))))) {
      const rules = written.get(key);
      if (rules === undefined) draft.delete(key);
      else draft.set(key, mergeRules(key.slice(key.indexOf('/') + 1), rules));
    }
  });
  return { written, merged };
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
export function findRule(index: DestinationRuleIndex, client: Client, service: Service, rootNamespace: string): EffectiveRule | undefined {
  for (const namespace of new Set([client.namespace, service.namespace, rootNamespace])) {
    for (const host of hostPatterns(service.host)) {
      const rules = index.merged.get(`${namespace}/${host}`);
      const own = namespace === client.namespace;
      const rule =
        (own ? rules?.find(({ clients }) => clients !== undefined && selectorMatches(clients, client.labels)) : undefined) ??
        rules?.find(({ clients, exportTo }) => clients === undefined && (own || isVisible(exportTo, namespace, client.namespace)));
      if (rule !== undefined) return rule;
    }
  }
  return undefined;
}
