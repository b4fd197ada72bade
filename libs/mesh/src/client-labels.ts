import type { DestinationRule, VirtualService } from '@flotilla/resources';
import { updateKeySets, type KeySets, type Membership } from './key-sets.ts';
import type { Change } from './resource-change.ts';
import { balancingLabels } from './topology.ts';

/** The keys of the rules that ask for a label of the caller, by the label's name; all rules of a mesh may ask for one. */
export type ClientLabelIndex = KeySets;

export function advanceClientLabels(index: ClientLabelIndex, changes: readonly Change<VirtualService | DestinationRule>[]): ClientLabelIndex {
  return changes.length === 0 ? index : updateKeySets(index, memberships(changes, 'before'), memberships(changes, 'after'));
}

function memberships(changes: readonly Change<VirtualService | DestinationRule>[], side: 'before' | 'after'): Membership[] {
  return changes.flatMap(({ key, [side]: rule }) => (rule === undefined ? [] : [...clientLabelNames(rule)].map((label): Membership => [label, key])));
}

function clientLabelNames(rule: VirtualService | DestinationRule): Set<string> {
  if (rule.kind === 'DestinationRule') return new Set([...Object.keys(rule.spec.workloadSelector?.matchLabels ?? {}), ...balancingLabels(rule.spec)]);
  const { http = [], tls = [], tcp = [] } = rule.spec;
  const matches = [...http.flatMap(({ match = [] }) => match), ...tls.flatMap(({ match = [] }) => match), ...tcp.flatMap(({ match = [] }) => match)];
  return new Set(matches.flatMap(({ sourceLabels = {} }) => Object.keys(sourceLabels)));
}
