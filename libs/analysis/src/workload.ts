import { selectorMatches } from '@flotilla/resources';
import { podTemplate } from './pod-spec.ts';
import { perView, resourcesOf, type View } from './view.ts';

/** Stands for all kinds of workloads among those that a rule needs to know, or a view knows. */
export const anyWorkload = 'Workload';

/** Something that runs: a pod, the pods that a Deployment or the like makes, or a workload that was registered. */
export interface Workload {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

const makersOfPods = ['Deployment', 'StatefulSet', 'DaemonSet'] as const;

/** All workloads that have not come to their end. */
export const workloadsOf = perView((view): readonly Workload[] => [
  ...view.objects.ofKind('Pod').filter(({ body }) => !hasEnded(body)).map(({ metadata: { namespace, name, labels } }) => ({ namespace, name, labels })),
  ...makersOfPods.flatMap((kind) => view.objects.ofKind(kind).map((maker) => ({ namespace: maker.metadata.namespace, name: maker.metadata.name, labels: podTemplate(maker).labels }))),
  ...resourcesOf(view, 'WorkloadEntry').map(({ metadata: { namespace, name, labels }, spec }) => ({ namespace, name, labels: { ...labels, ...spec.labels } })),
]);

/** The workloads with the labels of a selector, in one namespace or in all. */
export function selectedWorkloads(view: View, selector: Readonly<Record<string, string>> | undefined, namespace?: string): Workload[] {
  return workloadsOf(view).filter((workload) => (namespace === undefined || workload.namespace === namespace) && selectorMatches(selector, workload.labels));
}

/** `app=reviews,version=v1` */
export function describeSelector(selector: Readonly<Record<string, string>> = {}): string {
  return Object.entries(selector).map(([label, value]) => `${label}=${value}`).sort().join(',');
}

function hasEnded({ status }: Readonly<Record<string, unknown>>): boolean {
  const phase = typeof status === 'object' && status !== null && 'phase' in status ? status.phase : undefined;
  return phase === 'Succeeded' || phase === 'Failed';
}
