import type { Node } from '@flotilla/envoy-api/envoy/config/core/v3/base_pb.js';
import { FlotillaError } from '@flotilla/errors';
import { namespaceOf, serviceAccountOf } from '../mesh/principal.ts';
import type { Workload } from '../mesh/workload.ts';

/** The proxy that sends access logs. */
export interface Reporter {
  readonly workload: Workload;
  /** The SPIFFE id its certificate proves. */
  readonly principal: string;
  /** The cluster, in the sense of Kubernetes, that it runs in; empty where it does not say. */
  readonly cluster: string;
}

/**
 * Who reports: as the node says, in so far as the certificate allows it.
 *
 * @throws FlotillaError FORBIDDEN where the node claims another namespace or account than the certificate proves,
 *   UNAUTHENTICATED without an identity
 */
export function reporterOf(node: Node, principal: string | undefined): Reporter {
  const namespace = principal === undefined ? undefined : namespaceOf(principal);
  if (principal === undefined || namespace === undefined) {
    throw new FlotillaError('UNAUTHENTICATED', 'access logs are taken from proxies that prove an identity of the mesh');
  }
  const metadata = node.metadata ?? {};
  const serviceAccount = serviceAccountOf(principal);
  const claimed = { namespace: textOf(metadata['NAMESPACE']) ?? namespace, serviceAccount: textOf(metadata['SERVICE_ACCOUNT']) ?? serviceAccount };
  if (claimed.namespace !== namespace || claimed.serviceAccount !== serviceAccount) {
    throw new FlotillaError('FORBIDDEN', `${node.id} says it is ${claimed.serviceAccount ?? ''} in ${claimed.namespace}, but proves to be ${principal}`);
  }
  return {
    workload: { name: textOf(metadata['WORKLOAD_NAME']) ?? nameInId(node.id), namespace, labels: labelsOf(metadata['LABELS']), serviceAccount },
    principal,
    cluster: textOf(metadata['CLUSTER_ID']) ?? '',
  };
}

/** `reviews-v1` of Istio's node id `sidecar~127.20.0.4~reviews-v1.default~default.svc.cluster.local`. */
function nameInId(id: string): string {
  return id.split('~')[2]?.split('.')[0] ?? '';
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function labelsOf(value: unknown): Record<string, string> {
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}
