import { endpointsOf, localityLabels, serviceFor, topologyLabels } from '@flotilla/mesh';
import { selectorMatches, type DestinationRule } from '@flotilla/resources';
import { knownService, type KnownService } from '../known-service.ts';
import { resourceRule } from '../rule.ts';
import { perView, type View } from '../view.ts';
import { workloadsOf } from '../workload.ts';

type Labels = Readonly<Record<string, string>>;

/** Subsets whose labels no workload of the host carries. */
export const subsetWorkloads = resourceRule('DestinationRule', {
  analyzer: 'destinationrule.SubsetSelectPodAnalyzer',
  codes: ['IST0173'],
  *check(rule, view) {
    const service = knownService(view, rule, rule.spec.host);
    // Of a host without any workload it is not the subset that is wrong.
    if (service === undefined || !isCarried({}, rule, service, view)) return;
    for (const [at, { name, labels = {} }] of (rule.spec.subsets ?? []).entries()) {
      if (Object.keys(labels).length === 0 || isCarried(labels, rule, service, view)) continue;
      yield { code: 'IST0173', path: `spec.subsets[${at}].labels`, text: `No workload of ${rule.spec.host} carries the labels of the subset ${name}: requests that are routed to it fail.` };
    }
  },
});

function isCarried(labels: Labels, { metadata: { namespace } }: DestinationRule, { host, selectors }: KnownService, view: View): boolean {
  const listed = serviceFor(view.snapshot, { namespace }, host);
  if (listed !== undefined && endpointsOf(view.snapshot, listed).some((endpoint) => selectorMatches(labels, { ...localityLabels(endpoint.locality), ...endpoint.labels }))) return true;
  return placedLabels(view).some((carried) => selectorMatches(labels, carried) && (selectors.length === 0 || selectors.some((selector) => selectorMatches(selector, carried))));
}

/** The labels of all workloads, with those of the nodes that pods are on. */
const placedLabels = perView((view): readonly Labels[] =>
  workloadsOf(view).map(({ namespace, name, labels }) => {
    const nodeName = view.objects.find('Pod', namespace, name)?.spec['nodeName'];
    if (typeof nodeName !== 'string' || nodeName === '') return labels;
    const node = view.objects.find('Node', '', nodeName)?.metadata.labels ?? {};
    const place = topologyLabels.flatMap((label) => (node[label] === undefined ? [] : [[label, node[label]] as const]));
    return { ...labels, ...Object.fromEntries(place), 'kubernetes.io/hostname': nodeName };
  }),
);
