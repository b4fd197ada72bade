import { FlotillaError } from '@flotilla/errors';

/** Who a workload is: its service account in a namespace of a trust domain. */
export interface SpiffeId {
  readonly trustDomain: string;
  readonly namespace: string;
  readonly serviceAccount: string;
}

/** Trust domains are lower case DNS names; namespaces and accounts are Kubernetes names. SPIFFE-ID, sections 2.1 and 2.2. */
const pattern = /^spiffe:\/\/([a-z0-9][a-z0-9._-]{0,254})\/ns\/([a-z0-9][a-z0-9-]{0,252})\/sa\/([a-z0-9][a-z0-9._-]{0,252})$/;

/** `spiffe://<trust domain>/ns/<namespace>/sa/<service account>`. */
export function formatSpiffeId({ trustDomain, namespace, serviceAccount }: SpiffeId): string {
  return `spiffe://${trustDomain}/ns/${namespace}/sa/${serviceAccount}`;
}

/** The parts of a SPIFFE id in Istio's form; throws MALFORMED_REQUEST for anything else. */
export function parseSpiffeId(text: string): SpiffeId {
  const [, trustDomain, namespace, serviceAccount] = pattern.exec(text) ?? [];
  if (trustDomain === undefined || namespace === undefined || serviceAccount === undefined) {
    throw new FlotillaError('MALFORMED_REQUEST', 'This is not the SPIFFE id of a workload', {
      problems: [{ path: '', message: 'must be a SPIFFE id', found: text, allowed: 'spiffe://<trust domain>/ns/<namespace>/sa/<service account>' }],
    });
  }
  return { trustDomain, namespace, serviceAccount };
}

/** The namespace of the control plane's own services. */
const controlPlaneNamespace = 'flotilla-system';

/** The SPIFFE id of a service of the control plane, such as `pilot`; they have a namespace of their own. */
export function serviceSpiffeId(trustDomain: string, service: string): string {
  return formatSpiffeId({ trustDomain, namespace: controlPlaneNamespace, serviceAccount: service });
}

/** The names under which clients that know nothing of SPIFFE reach a service of the control plane in a cluster; none of any other id. */
export function serviceDnsNames(spiffeId: string): string[] {
  const { namespace, serviceAccount } = parseSpiffeId(spiffeId);
  if (namespace !== controlPlaneNamespace) return [];
  return [serviceAccount, `${serviceAccount}.${namespace}`, `${serviceAccount}.${namespace}.svc`, `${serviceAccount}.${namespace}.svc.cluster.local`];
}
