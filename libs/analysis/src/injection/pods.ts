import { podTemplate, proxyImage } from '../pod-spec.ts';
import { objectRule } from '../rule.ts';
import { injectLabel, namespaceInjects } from './injected.ts';

/** Pods without a sidecar in namespaces whose pods get one. */
export const podsWithoutProxy = objectRule(['Pod'], {
  analyzer: 'injection.Analyzer',
  codes: ['IST0103'],
  needs: ['Namespace'],
  *check(pod, { objects }) {
    const { name, namespace, labels, annotations } = pod.metadata;
    const injects = namespaceInjects(objects.find('Namespace', '', namespace)?.metadata.labels ?? {});
    const declined = (labels[injectLabel] ?? annotations[injectLabel] ?? '').toLowerCase() === 'false';
    if (!injects || declined || pod.spec['hostNetwork'] === true || proxyImage(podTemplate(pod)) !== undefined) return;
    yield { code: 'IST0103', text: `The pod ${namespace}/${name} has no sidecar. Restarting its workload gives it one.` };
  },
});
