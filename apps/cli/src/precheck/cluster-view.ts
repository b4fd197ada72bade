import { FlotillaError } from '@flotilla/errors';
import type { KubernetesApi } from '@flotilla/kubernetes-api';
import { kinds } from '@flotilla/resources';

export interface ClusterObject {
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>>; readonly annotations?: Readonly<Record<string, string>>; readonly deletionTimestamp?: string };
}
export interface Namespace extends ClusterObject {
  readonly status?: { readonly phase?: string };
}
export interface Node extends ClusterObject {
  readonly status?: { readonly nodeInfo?: { readonly architecture?: string; readonly operatingSystem?: string } };
}
export interface Definition extends ClusterObject {
  readonly spec: { readonly group: string; readonly names: { readonly plural: string }; readonly versions: readonly { readonly name: string; readonly served: boolean }[] };
}
export interface WebhookConfiguration extends ClusterObject {
  readonly webhooks?: readonly {
    readonly name: string;
    readonly rules?: readonly { readonly resources?: readonly string[] }[];
    readonly namespaceSelector?: { readonly matchLabels?: Readonly<Record<string, string>>; readonly matchExpressions?: readonly { readonly key: string; readonly operator: string; readonly values?: readonly string[] }[] };
  }[];
}

/** What an installation makes in a cluster, so that who installs must be allowed to. */
export interface Permission {
  readonly group: string;
  readonly resource: string;
}

/** What is looked at before an installation. A list that one may not see is undefined. */
export interface ClusterView {
  /** As `v1.34.4`. */
  readonly version: string;
  readonly namespaces: readonly Namespace[] | undefined;
  readonly nodes: readonly Node[] | undefined;
  readonly definitions: readonly Definition[] | undefined;
  readonly injectors: readonly WebhookConfiguration[] | undefined;
  readonly storageClasses: readonly ClusterObject[] | undefined;
  /** What may not be made. */
  readonly denied: readonly Permission[];
}

/** What the manifests are made of. */
const made: readonly Permission[] = [
  { group: '', resource: 'namespaces' },
  { group: '', resource: 'serviceaccounts' },
  { group: '', resource: 'services' },
  { group: '', resource: 'configmaps' },
  { group: 'apps', resource: 'deployments' },
  { group: 'apps', resource: 'statefulsets' },
  { group: 'policy', resource: 'poddisruptionbudgets' },
  { group: 'autoscaling', resource: 'horizontalpodautoscalers' },
  { group: 'networking.k8s.io', resource: 'networkpolicies' },
  { group: 'networking.k8s.io', resource: 'ingressclasses' },
  { group: 'rbac.authorization.k8s.io', resource: 'roles' },
  { group: 'rbac.authorization.k8s.io', resource: 'rolebindings' },
  { group: 'rbac.authorization.k8s.io', resource: 'clusterroles' },
  { group: 'rbac.authorization.k8s.io', resource: 'clusterrolebindings' },
  { group: 'apiextensions.k8s.io', resource: 'customresourcedefinitions' },
  { group: 'admissionregistration.k8s.io', resource: 'mutatingwebhookconfigurations' },
  { group: 'admissionregistration.k8s.io', resource: 'validatingwebhookconfigurations' },
];

/**
 * Looks at a cluster, and changes nothing.
 * @throws FlotillaError KUBERNETES_UNAVAILABLE, UNAUTHENTICATED
 */
export async function viewCluster(api: KubernetesApi): Promise<ClusterView> {
  const list = async <T>(path: string): Promise<readonly T[] | undefined> => {
    try {
      return ((await api.request('GET', path)) as { readonly items?: readonly T[] }).items ?? [];
    } catch (error) {
      if (error instanceof FlotillaError && error.code === 'FORBIDDEN') return undefined;
      throw error;
    }
  };
  const mayMake = async ({ group, resource }: Permission): Promise<boolean> => {
    const body = { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', spec: { resourceAttributes: { group, resource, verb: 'create' } } };
    return ((await api.request('POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', { body })) as { readonly status?: { readonly allowed?: boolean } }).status?.allowed === true;
  };
  const ours = new Set(kinds.map(({ group }) => group));
  const [{ gitVersion: version }, namespaces, nodes, definitions, injectors, storageClasses, allowed] = await Promise.all([
    api.request('GET', '/version') as Promise<{ gitVersion: string }>,
    list<Namespace>('/api/v1/namespaces'),
    list<Node>('/api/v1/nodes'),
    list<Definition>('/apis/apiextensions.k8s.io/v1/customresourcedefinitions'),
    list<WebhookConfiguration>('/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations'),
    list<ClusterObject>('/apis/storage.k8s.io/v1/storageclasses'),
    Promise.all(made.map(mayMake)),
  ]);
  return { version, namespaces, nodes, definitions: definitions?.filter(({ spec }) => ours.has(spec.group)), injectors, storageClasses, denied: made.filter((_, index) => allowed[index] === false) };
}
