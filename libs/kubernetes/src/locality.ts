import type { KubernetesObject } from './object.ts';

/** `region/zone/subzone` of a node, or as much of it as its labels say. */
export function localityOf(node: KubernetesObject | undefined): string {
  if (node === undefined) return '';
  const { labels } = node.metadata;
  const region = labels['topology.kubernetes.io/region'] ?? labels['failure-domain.beta.kubernetes.io/region'] ?? '';
  const zone = labels['topology.kubernetes.io/zone'] ?? labels['failure-domain.beta.kubernetes.io/zone'] ?? '';
  const subzone = labels['topology.istio.io/subzone'] ?? '';
  return [region, zone, subzone].join('/').replace(/\/+$/, '');
}
