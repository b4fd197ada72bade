import type { PeerAuthentication } from '@flotilla/resources';
import { resourceRule } from '../rule.ts';
import { contested, isForAll, rivalsForAll, selectionsOf, type Selecting } from '../selection.ts';
import { perView, resourcesOf } from '../view.ts';

/** PeerAuthentications for the same workloads, of which only the oldest holds. */
export const peerAuthenticationConflicts = resourceRule('PeerAuthentication', {
  analyzer: 'peerauthentication.ConflictAnalyzer',
  codes: ['FLT0101'],
  *check(policy, view) {
    const own = selectingPolicy(policy);
    const all = selections(view);
    const names = rivalsForAll(own, all);
    if (names.length > 0) yield { code: 'FLT0101', text: `The PeerAuthentications ${names.join(', ')} of ${own.namespace} are all for every workload; only the oldest one holds.` };
    for (const { workload, names: rivals } of isForAll(own) ? [] : (contested(view, own, all) ?? [])) {
      yield { code: 'FLT0101', path: 'spec.selector', text: `The PeerAuthentications ${rivals.join(', ')} of ${own.namespace} all select the workload ${workload}; only the oldest one holds.` };
    }
  },
});

const selections = perView((view) => selectionsOf(resourcesOf(view, 'PeerAuthentication').map(selectingPolicy)));

function selectingPolicy({ metadata: { namespace, name }, spec }: PeerAuthentication): Selecting {
  return { namespace, name, labels: spec.selector?.matchLabels ?? {} };
}
