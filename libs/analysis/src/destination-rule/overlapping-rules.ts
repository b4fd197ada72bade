import { fullHost } from '@flotilla/mesh';
import type { DestinationRule } from '@flotilla/resources';
import { resourceRule } from '../rule.ts';
import { perView, resourcesOf, type View } from '../view.ts';

/** Several rules of a namespace for one host and the same clients. */
export const overlappingRules = resourceRule('DestinationRule', {
  analyzer: 'destinationrule.OverlappingRulesAnalyzer',
  codes: ['FLT0102'],
  *check(rule, view) {
    const rivals = byAudience(view).get(audienceOf(rule, view)) ?? [];
    if (rivals.length < 2) return;
    const names = rivals.map(({ metadata }) => metadata.name).sort();
    yield { code: 'FLT0102', path: 'spec.host', text: `The DestinationRules ${names.join(', ')} of ${rule.metadata.namespace} are all for ${rule.spec.host}: they are merged, and where they disagree the oldest one holds.` };
  },
});

const byAudience = perView((view) => Map.groupBy(resourcesOf(view, 'DestinationRule'), (rule) => audienceOf(rule, view)));

function audienceOf({ metadata, spec }: DestinationRule, { snapshot }: View): string {
  return JSON.stringify([metadata.namespace, fullHost(spec.host, metadata.namespace, snapshot.mesh.domainSuffix), [...(spec.exportTo ?? [])].sort(), spec.workloadSelector?.matchLabels ?? null]);
}
