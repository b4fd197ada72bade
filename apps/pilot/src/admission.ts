import { FlotillaError } from '@flotilla/errors';
import type { Node } from '@flotilla/envoy-api/envoy/config/core/v3/base_pb.js';
import { proxyFromNode } from '@flotilla/translate';

/**
 * Lets a proxy in only as what its certificate proves: the namespace and service account of its node
 * are those of its SPIFFE id (`spiffe://<trust domain>/ns/<namespace>/sa/<service account>`).
 *
 * @throws FlotillaError UNAUTHENTICATED without an identity, FORBIDDEN with another one
 */
export function admit(node: Node, peerSpiffeId: string | undefined, trustDomain: string): void {
  if (peerSpiffeId === undefined) throw new FlotillaError('UNAUTHENTICATED', 'a proxy connects with a certificate of the mesh');
  const { namespace, serviceAccount } = proxyFromNode(node);
  const claimed = `spiffe://${trustDomain}/ns/${namespace}/sa/${serviceAccount ?? 'default'}`;
  if (claimed !== peerSpiffeId) throw new FlotillaError('FORBIDDEN', `the node says ${claimed}, its certificate proves ${peerSpiffeId}`);
}
