import { fullHost, hostMatches, isWildcard } from '@flotilla/mesh';
import type { DestinationRule } from '@flotilla/resources';
import { knownService } from '../known-service.ts';
import { resourceRule } from '../rule.ts';
import { perView, type View } from '../view.ts';

/** Rules for hosts that no service has. */
export const knownHosts = resourceRule('DestinationRule', {
  analyzer: 'destinationrule.SubsetSelectPodAnalyzer',
  codes: ['IST0174'],
  *check(rule, view) {
    if (knownService(view, rule, rule.spec.host) === undefined && !isWide(rule, view)) yield { code: 'IST0174', path: 'spec.host', text: `No service has the host ${rule.spec.host}.` };
  },
});

/** Whether a rule is for many hosts, some of which there are. */
function isWide({ metadata, spec }: DestinationRule, view: View): boolean {
  const pattern = fullHost(spec.host, metadata.namespace, view.snapshot.mesh.domainSuffix);
  return isWildcard(pattern) && allHosts(view).some((host) => hostMatches(pattern, host));
}

const allHosts = perView(({ snapshot, objects }) => [
  ...snapshot.services.byHost.keys(),
  ...objects.ofKind('Service').map(({ metadata }) => fullHost(metadata.name, metadata.namespace, snapshot.mesh.domainSuffix)),
]);
