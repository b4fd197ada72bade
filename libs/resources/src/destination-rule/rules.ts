import type { DestinationRule } from '../resource.ts';
import { checkWildcardName, isDnsLabel, isPartialWildcard } from '../validation/domain-name.ts';
import { checkExportTo } from '../validation/export-to.ts';
import { checkLabels, checkMetadata } from '../validation/metadata.ts';
import { each, type Place } from '../validation/place.ts';
import { checkSelector } from '../validation/selector.ts';
import { checkTrafficPolicy } from './traffic-policy-rules.ts';

/** What the schema of a DestinationRule cannot say. */
export function destinationRuleRules({ metadata, spec }: DestinationRule, at: Place): void {
  checkMetadata(metadata, at.at('metadata'));
  const here = at.at('spec');
  const { namespace } = metadata;
  checkWildcardName(spec.host, here.at('host'));
  if (isPartialWildcard(spec.host)) here.at('host').warn('is a wildcard within a label, which matches no more than its text', { found: spec.host });
  checkTrafficPolicy(spec.trafficPolicy, namespace, here.at('trafficPolicy'));
  const names = new Set<string>();
  each(spec.subsets, here.at('subsets'), (subset, place) => {
    const name = place.at('name');
    if (!isDnsLabel(subset.name)) name.refuse('is not the name of a subset', { found: subset.name, allowed: 'letters, digits and "-", 63 at most' });
    else if (names.has(subset.name)) name.warn('is the name of an earlier subset, which is used', { found: subset.name });
    names.add(subset.name);
    checkLabels(subset.labels, place.at('labels'));
    checkTrafficPolicy(subset.trafficPolicy, namespace, place.at('trafficPolicy'));
  });
  if (spec.workloadSelector !== undefined) checkSelector(spec.workloadSelector.matchLabels, here.at('workloadSelector').at('matchLabels'));
  checkExportTo(spec.exportTo, { namespace, ownNamespaceOnly: spec.workloadSelector !== undefined }, here.at('exportTo'));
}
