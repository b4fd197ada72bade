import { isRecord } from '@flotilla/resources';

/** What of Kubernetes' ObjectMeta matters to a mesh. */
export interface ObjectMeta {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly creationTimestamp?: string;
}

/** A Kubernetes object as it was read: what is in it is trusted no further than its shape. */
export interface KubernetesObject {
  readonly kind: string;
  readonly metadata: ObjectMeta;
  readonly spec: Readonly<Record<string, unknown>>;
  readonly body: Readonly<Record<string, unknown>>;
}

/** The kinds that say something about services, their endpoints and the way in to them. */
export const kubernetesKinds = ['Service', 'Endpoints', 'EndpointSlice', 'Pod', 'Namespace', 'Node', 'Ingress', 'IngressClass', 'Secret'] as const;

const groups: Readonly<Record<(typeof kubernetesKinds)[number], string>> = {
  Service: '', Endpoints: '', Pod: '', Namespace: '', Node: '', Secret: '',
  EndpointSlice: 'discovery.k8s.io', Ingress: 'networking.k8s.io', IngressClass: 'networking.k8s.io',
};

/** Whether a document is of one of {@link kubernetesKinds}, any version. */
export function isKubernetesObject(document: unknown): boolean {
  if (!isRecord(document) || typeof document['kind'] !== 'string' || typeof document['apiVersion'] !== 'string') return false;
  const kind = kubernetesKinds.find((known) => known === document['kind']);
  const [group, version] = document['apiVersion'].split('/');
  return kind !== undefined && (version === undefined ? '' : group) === groups[kind];
}

/** Reads one object; undefined for one without a name. */
export function readObject(document: unknown, defaultNamespace: string): KubernetesObject | undefined {
  if (!isRecord(document) || typeof document['kind'] !== 'string' || !isRecord(document['metadata'])) return undefined;
  const { name, namespace, labels, annotations, creationTimestamp } = document['metadata'];
  if (typeof name !== 'string' || name === '') return undefined;
  return {
    kind: document['kind'],
    metadata: {
      name,
      namespace: typeof namespace === 'string' && namespace !== '' ? namespace : defaultNamespace,
      labels: texts(labels),
      annotations: texts(annotations),
      ...(typeof creationTimestamp === 'string' ? { creationTimestamp } : {}),
    },
    spec: isRecord(document['spec']) ? document['spec'] : {},
    body: document,
  };
}

/** The string values of a map. */
export function texts(value: unknown): Record<string, string> {
  if (!isRecord(value)) return {};
  return Object.fromEntries(Object.entries(value).flatMap(([key, entry]) => (typeof entry === 'string' ? [[key, entry]] : [])));
}

/** The maps in a list. */
export function records(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

/** The strings in a list. */
export function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : [];
}
