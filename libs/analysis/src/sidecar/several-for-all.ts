import type { Sidecar } from '@flotilla/resources';
import { resourceRule } from '../rule.ts';
import { perView, resourcesOf } from '../view.ts';

const forAll = perView((view) => Map.groupBy(resourcesOf(view, 'Sidecar').filter(isForAll), ({ metadata }) => metadata.namespace));

/** Several Sidecars of a namespace that select no workload. */
export const severalSidecarsForAll = resourceRule('Sidecar', {
  analyzer: 'sidecar.DefaultSelectorAnalyzer',
  codes: ['IST0111'],
  *check(sidecar, view) {
    const { namespace } = sidecar.metadata;
    const rivals = forAll(view).get(namespace) ?? [];
    if (!isForAll(sidecar) || rivals.length < 2) return;
    const names = rivals.map(({ metadata }) => metadata.name).sort();
    yield { code: 'IST0111', text: `The Sidecars ${names.join(', ')} of namespace ${namespace} are all for every workload; only the oldest one holds.` };
  },
});

function isForAll({ spec }: Sidecar): boolean {
  return Object.keys(spec.workloadSelector?.labels ?? {}).length === 0;
}
