import type { PodTemplate } from '../pod-spec.ts';
import { proxyImage } from '../pod-spec.ts';
import type { View } from '../view.ts';

export const injectLabel = 'sidecar.istio.io/inject';
export const injectionLabel = 'istio-injection';
export const revisionLabel = 'istio.io/rev';

/** Whether a pod has a sidecar, or would get one: by its own word, else by its namespace's. */
export function isInjected(pod: PodTemplate, namespace: string, { objects }: View): boolean {
  if (proxyImage(pod) !== undefined) return true;
  const own = pod.labels[injectLabel] ?? pod.annotations[injectLabel];
  if (own !== undefined) return own === 'true';
  return namespaceInjects(objects.find('Namespace', '', namespace)?.metadata.labels ?? {});
}

/** Whether a namespace with these labels asks for sidecars: in the old way, or by a revision. */
export function namespaceInjects(labels: Readonly<Record<string, string>>): boolean {
  const own = labels[injectionLabel];
  return own === undefined ? labels[revisionLabel] !== undefined : own === 'enabled';
}
