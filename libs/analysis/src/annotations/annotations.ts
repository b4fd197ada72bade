import { isMeshAnnotation, type KubernetesObject } from '@flotilla/kubernetes';
import type { Finding } from '../message.ts';
import { objectRule } from '../rule.ts';
import { injectLabel } from '../injection/injected.ts';
import { knownAnnotations } from './known-annotations.ts';

/** Annotations of Istio's that nobody knows, that say nothing where they are, or whose value says nothing. */
export const annotations = objectRule(['Namespace', 'Service', 'Pod', 'Deployment'], {
  analyzer: 'annotations.K8sAnalyzer',
  codes: ['IST0107', 'IST0108', 'IST0125', 'IST0135'],
  *check(object) {
    for (const [name, value] of Object.entries(object.metadata.annotations)) if (isMeshAnnotation(name)) yield* checkAnnotation(object, name, value);
  },
});

function* checkAnnotation({ kind, metadata: { labels } }: KubernetesObject, name: string, value: string): Generator<Finding> {
  const path = `metadata.annotations["${name}"]`;
  const known = knownAnnotations[name];
  if (known === undefined) {
    yield { code: 'IST0108', path, text: `The annotation ${name} is not known.` };
    return;
  }
  // Whoever has set the label as well knows, and keeps the annotation for others.
  const replaced = name === injectLabel && labels[injectLabel] !== undefined;
  if (known.deprecated === true && !replaced) yield { code: 'IST0135', path, text: `The annotation ${name} is deprecated${name === injectLabel ? ': write the label of the same name' : ''}.` };
  if (known.kinds?.includes(kind) === false) yield { code: 'IST0107', path, text: `The annotation ${name} says nothing on a ${kind}; it is for ${known.kinds.join(', ')}.` };
  else if (known.allows?.has(value) === false) yield { code: 'IST0125', path, text: `The annotation ${name} has "${value}", and must have ${known.allows.described}.` };
}
