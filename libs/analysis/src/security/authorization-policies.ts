import { records, strings, texts, type KubernetesObject } from '@flotilla/kubernetes';
import { isRecord, selectorMatches } from '@flotilla/resources';
import { isInjected } from '../injection/injected.ts';
import type { Finding } from '../message.ts';
import { podTemplate } from '../pod-spec.ts';
import { objectRule } from '../rule.ts';
import { perView, type View } from '../view.ts';
import { describeSelector } from '../workload.ts';

/** Policies for no workload of the mesh, and namespaces in them that are not there. */
export const authorizationPolicies = objectRule(['AuthorizationPolicy'], {
  analyzer: 'auth.AuthorizationPoliciesAnalyzer',
  codes: ['IST0101', 'IST0127'],
  needs: ['Pod', 'Namespace'],
  *check({ metadata: { namespace }, spec }, view) {
    const selector = isRecord(spec['selector']) ? texts(spec['selector']['matchLabels']) : undefined;
    const ofMesh = namespace === view.snapshot.mesh.rootNamespace;
    const targeted = spec['targetRef'] !== undefined || records(spec['targetRefs']).length > 0;
    const pods = podsInMesh(view).filter((pod) => ofMesh || pod.namespace === namespace);
    const idle = !targeted && !(ofMesh && selector === undefined) && !pods.some(({ labels }) => selectorMatches(selector, labels));
    if (idle) yield { code: 'IST0127', path: 'spec.selector', text: `No workload of the mesh is found for the labels "${describeSelector(selector)}" in ${ofMesh ? 'any namespace' : namespace}.` };
    yield* unknownNamespaces(spec, view);
  },
});

const podsInMesh = perView((view) =>
  view.objects.ofKind('Pod').filter((pod) => isRedirected(pod) || isInjected(podTemplate(pod), pod.metadata.namespace, view)).map(({ metadata }) => metadata),
);

/** Whether a pod is in the mesh without a sidecar. */
function isRedirected({ metadata }: KubernetesObject): boolean {
  return metadata.annotations['ambient.istio.io/redirection'] === 'enabled';
}

function* unknownNamespaces(spec: Readonly<Record<string, unknown>>, view: View): Generator<Finding> {
  for (const [rule, { from }] of records(spec['rules']).entries()) {
    for (const [at, { source }] of records(from).entries()) {
      for (const field of ['namespaces', 'notNamespaces'] as const) {
        for (const pattern of strings(isRecord(source) ? source[field] : [])) {
          if (view.objects.ofKind('Namespace').some(({ metadata }) => fits(pattern, metadata.name))) continue;
          yield { code: 'IST0101', path: `spec.rules[${rule}].from[${at}].source.${field}`, text: `The namespace "${pattern}" is not found.` };
        }
      }
    }
  }
}

/** Patterns have a star at their beginning or end. */
function fits(pattern: string, name: string): boolean {
  if (pattern.startsWith('*')) return name.endsWith(pattern.slice(1));
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name.toLowerCase() === pattern.toLowerCase();
}
