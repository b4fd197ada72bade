import { kinds } from '@flotilla/resources';

/** A collection of objects that is followed. */
export interface Collection {
  readonly kind: string;
  /** In the API, over all namespaces. */
  readonly path: string;
  /** Whether its objects are resources of the mesh as they are. */
  readonly ours: boolean;
}

const of = (kind: string, path: string): Collection => ({ kind, path, ours: false });

/**
 * What of a cluster says something about the mesh: our kinds, what services are made of, and what has pods injected. The
 * accounts of services are those that their pods name. Secrets are Citadel's business: the credentials of gateways.
 */
export const collections: readonly Collection[] = [
  ...kinds.map(({ kind, group, versions: [version], plural }) => ({ kind, path: `/apis/${group}/${version}/${plural}`, ours: true })),
  of('Service', '/api/v1/services'),
  of('EndpointSlice', '/apis/discovery.k8s.io/v1/endpointslices'),
  of('Pod', '/api/v1/pods'),
  of('Node', '/api/v1/nodes'),
  of('Namespace', '/api/v1/namespaces'),
  of('MutatingWebhookConfiguration', '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations'),
  of('Ingress', '/apis/networking.k8s.io/v1/ingresses'),
  of('IngressClass', '/apis/networking.k8s.io/v1/ingressclasses'),
];

/** The kinds of a cluster's objects that are followed, beside our own. */
export const clusterKinds: ReadonlySet<string> = new Set(collections.filter(({ ours }) => !ours).map(({ kind }) => kind));
