import type { KubernetesObject } from '@flotilla/kubernetes';

/** Namespaces of Kubernetes itself, which no mesh is about. */
const systemNamespaces: ReadonlySet<string> = new Set(['kube-system', 'kube-public', 'kube-node-lease', 'local-path-storage']);

export function isSystemNamespace(namespace: string): boolean {
  return systemNamespaces.has(namespace);
}

/** Whether an object is part of Istio's control plane or of its gateways, by the labels that its charts give. */
export function isControlPlane({ metadata: { labels } }: KubernetesObject): boolean {
  return labels['istio'] !== undefined || labels['release'] === 'istio';
}
