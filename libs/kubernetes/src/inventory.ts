import type { KubernetesObject } from './object.ts';

/** Objects of one moment, where they can be found. */
export interface Inventory {
  readonly ofKind: (kind: string) => readonly KubernetesObject[];
  /** @param namespace empty for kinds that are in none */
  readonly find: (kind: string, namespace: string, name: string) => KubernetesObject | undefined;
  readonly podAt: (address: string) => KubernetesObject | undefined;
  readonly slicesOf: (namespace: string, service: string) => readonly KubernetesObject[];
  /** Pods that Services may have without their endpoints being listed: all where no cluster has seen the manifests, else none. */
  readonly unlistedPods: () => readonly KubernetesObject[];
}

/** The kinds whose objects belong to no namespace. */
const clusterWide: ReadonlySet<string> = new Set([
  'Node', 'Namespace', 'IngressClass', 'GatewayClass', 'CustomResourceDefinition', 'MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration',
]);

/** Whether objects of a kind belong to no namespace. */
export function isClusterWide(kind: string): boolean {
  return clusterWide.has(kind);
}

/** Indexes objects of manifests; of two with one name the later counts. */
export function inventory(objects: Iterable<KubernetesObject>): Inventory {
  const byKey = new Map<string, KubernetesObject>();
  for (const object of objects) byKey.set(keyOf(object.kind, object.metadata.namespace, object.metadata.name), object);
  const byKind = Map.groupBy(byKey.values(), ({ kind }) => kind);
  const pods = new Map((byKind.get('Pod') ?? []).map((pod) => [podAddress(pod), pod]));
  const slices = Map.groupBy(byKind.get('EndpointSlice') ?? [], (slice) => serviceOfSlice(slice));
  return {
    ofKind: (kind) => byKind.get(kind) ?? [],
    find: (kind, namespace, name) => byKey.get(keyOf(kind, namespace, name)),
    podAt: (address) => pods.get(address),
    slicesOf: (namespace, service) => slices.get(`${namespace}/${service}`) ?? [],
    unlistedPods: () => byKind.get('Pod') ?? [],
  };
}

/** What tells an object from all others. */
export function keyOf(kind: string, namespace: string, name: string): string {
  return `${kind}/${isClusterWide(kind) ? '' : namespace}/${name}`;
}

/** `namespace/name` of the Service that a slice is of; undefined for one that is of none. */
export function serviceOfSlice({ metadata: { namespace, labels } }: KubernetesObject): string | undefined {
  const name = labels['kubernetes.io/service-name'];
  return name === undefined ? undefined : `${namespace}/${name}`;
}

/** Where a pod is; undefined before it has an address. */
export function podAddress({ body }: KubernetesObject): string | undefined {
  const { status } = body as { readonly status?: { readonly podIP?: unknown } };
  return typeof status?.podIP === 'string' && status.podIP !== '' ? status.podIP : undefined;
}
