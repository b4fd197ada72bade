import type { KubernetesObject } from './object.ts';

/** By which a pod says itself where it is; the older of them, which cannot hold slashes, last. */
const ownLocality = ['topology.istio.io/locality', 'istio-locality'] as const;

/** `region/zone/subzone` of a pod, which it says itself or its node does, or as much of it as their labels say. */
export function localityOf(pod: KubernetesObject | undefined, node: KubernetesObject | undefined): string {
  const own = ownLocality.map((name) => pod?.metadata.labels[name]).find((value) => value !== undefined && value !== '');
  if (own !== undefined) return own.replaceAll('.', '/');
  const labels = node?.metadata.labels ?? {};
  const region = labels['topology.kubernetes.io/region'] ?? labels['failure-domain.beta.kubernetes.io/region'] ?? '';
  const zone = labels['topology.kubernetes.io/zone'] ?? labels['failure-domain.beta.kubernetes.io/zone'] ?? '';
  const subzone = labels['topology.istio.io/subzone'] ?? '';
  return [region, zone, subzone].join('/').replace(/\/+$/, '');
}
