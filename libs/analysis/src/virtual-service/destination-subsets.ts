import { fullHost, hostMatches, isWildcard } from '@flotilla/mesh';
import { isVisible, type DestinationRule } from '@flotilla/resources';
import { resourceRule } from '../rule.ts';
import { perView, resourcesOf, type View } from '../view.ts';
import { destinationsOf } from './destinations.ts';

/** Subsets that routes and mirrors lead to, and that no DestinationRule for the host defines. */
export const destinationSubsets = resourceRule('VirtualService', {
  analyzer: 'virtualservice.DestinationRuleAnalyzer',
  codes: ['IST0101'],
  *check(resource, view) {
    const { namespace } = resource.metadata;
    for (const { destination: { host, subset }, path } of destinationsOf(resource)) {
      if (!subset) continue;
      const rules = rulesFor(view, fullHost(host, namespace, view.snapshot.mesh.domainSuffix));
      const fallback = view.snapshot.mesh.defaultExportTo.destinationRule;
      const defined = rules.some(({ metadata, spec }) => isVisible(spec.exportTo, metadata.namespace, namespace, fallback) && spec.subsets?.some(({ name }) => name === subset));
      if (!defined) yield { code: 'IST0101', path: `${path}.subset`, text: `The subset "${host}+${subset}" is not found in any DestinationRule.` };
    }
  },
});

const rulesByHost = perView((view) => Map.groupBy(resourcesOf(view, 'DestinationRule'), ({ metadata, spec }) => fullHost(spec.host, metadata.namespace, view.snapshot.mesh.domainSuffix)));
const wildcards = perView((view) => [...rulesByHost(view).keys()].filter(isWildcard));

function rulesFor(view: View, host: string): DestinationRule[] {
  const hosts = [host, ...wildcards(view).filter((pattern) => pattern !== host && hostMatches(pattern, host))];
  return hosts.flatMap((name) => rulesByHost(view).get(name) ?? []);
}
