import type { DestinationRule, VirtualService } from '@flotilla/resources';
import { compareAge } from './age.ts';
import { reindex, type AgeIndex } from './age-index.ts';
import type { Change } from './resource-change.ts';
import { balancingLabels } from './topology.ts';

/** The rules that ask for a label of the caller, by the label's name. */
export type ClientLabelIndex = AgeIndex<VirtualService | DestinationRule>;

export function advanceClientLabels(index: ClientLabelIndex, changes: readonly Change<VirtualService | DestinationRule>[]): ClientLabelIndex {
  return changes.length === 0 ? index : reindex(index, changes, clientLabelNames, compareAge);
}

function clientLabelNames(rule: VirtualService | DestinationRule): Set<string> {
  if (rule.kind === 'DestinationRule') return new Set([...Object.keys(rule.spec.workloadSelector?.matchLabels ?? {}), ...balancingLabels(rule.spec)]);
  const { http = [], tls = [], tcp = [] } = rule.spec;
  const matches = [...http.flatMap(({ match = [] }) => match), ...tls.flatMap(({ match = [] }) => match), ...tcp.flatMap(({ match = [] }) => match)];
  return new Set(matches.flatMap(({ sourceLabels = {} }) => Object.keys(sourceLabels)));
}
