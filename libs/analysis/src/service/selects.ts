import { texts, type KubernetesObject } from '@flotilla/kubernetes';
import { selectorMatches } from '@flotilla/resources';

/** Whether a Service leads to pods with some labels in a namespace; without a selector it leads to none. */
export function serviceSelects({ metadata, spec }: KubernetesObject, namespace: string, labels: Readonly<Record<string, string>>): boolean {
  const selector = texts(spec['selector']);
  return metadata.namespace === namespace && Object.keys(selector).length > 0 && selectorMatches(selector, labels);
}
