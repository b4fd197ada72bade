import { FlotillaError } from '@flotilla/errors';
import type { Node } from '@flotilla/envoy-api/envoy/config/core/v3/base_pb.js';
import { spiffeId } from '@flotilla/mesh';
import { proxyFromNode } from '@flotilla/translate';

/**
 * Lets a proxy in only as what its certificate proves: the namespace and service account of its node
 * are those of its SPIFFE id (`spiffe://<trust domain>/ns/<namespace>/sa/<service account>`).
 *
 * @throws FlotillaError UNAUTHENTICATED without an identity, FORBIDDEN with another one
 */
export function admit(node: Node, peerSpiffeId: string | undefined, trustDomain: string): void {
  const { namespace, serviceAccount = 'default' } = proxyFromNode(node);
  admitAs(spiffeId(trustDomain, namespace, serviceAccount), peerSpiffeId);
}

/**
 * Lets a caller in only as what its certificate proves.
 *
 * @param claimed the SPIFFE id it speaks for
 * @throws FlotillaError UNAUTHENTICATED without an identity, FORBIDDEN with another one
 */
export function admitAs(claimed: string, peerSpiffeId: string | undefined): void {
  if (peerSpiffeId === undefined) throw new FlotillaError('UNAUTHENTICATED', 'a proxy connects with a certificate of the mesh');
  if (claimed !== peerSpiffeId) throw new FlotillaError('FORBIDDEN', `the caller says ${claimed}, its certificate proves ${peerSpiffeId}`);
}
