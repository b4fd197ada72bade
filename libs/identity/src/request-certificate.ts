import { FlotillaError } from '@flotilla/errors';
import { createSigningRequest, generateKeyPair, joinChain, parseSpiffeId, serviceSpiffeId, privateKeyPem, readCertificate } from '@flotilla/pki';
import { IstioCertificateService } from '@flotilla/protos/istio/v1/auth/ca_pb.js';
import { anonymousClientCredentials, createClient } from '@flotilla/rpc';
import type { IdentityCertificates } from './identity.ts';

/** What one request to Citadel needs. */
export interface CertificateRequest {
  /** `host:port`. */
  readonly citadelAddress: string;
  /** What Citadel's own certificate is verified against. */
  readonly citadelRootPem: string;
  /** Citadel grants the identities that the token names. */
  readonly token: string;
  readonly spiffeId: string;
  /** How long the certificate is asked to live; Citadel's own limit when not given. */
  readonly lifetimeMs?: number | undefined;
  /** When the certificate this one replaces expires; Citadel serves renewals before first requests. */
  readonly replacesUntil?: number | undefined;
  readonly signal?: AbortSignal;
}

/**
 * Makes a key, has Citadel certify it, and checks that the answer is for this key and identity. Throws
 * UNAUTHENTICATED or FORBIDDEN where Citadel refuses, CONTROL_PLANE_UNREACHABLE where it is away.
 */
export async function requestCertificate(request: CertificateRequest): Promise<IdentityCertificates> {
  const { spiffeId, citadelRootPem, lifetimeMs, replacesUntil, signal } = request;
  const keys = await generateKeyPair();
  const citadel = serviceSpiffeId(parseSpiffeId(spiffeId).trustDomain, 'citadel');
  const credentials = anonymousClientCredentials({ rootPem: citadelRootPem, serverSpiffeIds: [citadel] });
  const client = createClient(IstioCertificateService, request.citadelAddress, credentials);
  try {
    const { certChain } = await client.methods.createCertificate(
      {
        csr: await createSigningRequest(keys, spiffeId),
        validityDuration: BigInt(Math.ceil((lifetimeMs ?? 0) / 1000)),
        ...(replacesUntil === undefined ? {} : { metadata: { replacesUntil: new Date(replacesUntil).toISOString() } }),
      },
      { headers: { authorization: `Bearer ${request.token}` }, ...(signal === undefined ? {} : { signal }) },
    );
    const [leaf, ...rest] = certChain;
    const root = rest.pop();
    if (leaf === undefined || root === undefined) throw new FlotillaError('INTERNAL', 'Citadel answered without a certificate and its root');
    const facts = readCertificate(leaf);
    const publicKey = Buffer.from(await crypto.subtle.exportKey('spki', keys.publicKey));
    if (!publicKey.equals(facts.publicKey) || facts.uris.length !== 1 || facts.uris[0] !== spiffeId) {
      throw new FlotillaError('INTERNAL', `Citadel answered with a certificate that is not for this key and ${spiffeId}`);
    }
    return {
      keyPem: await privateKeyPem(keys),
      certChainPem: joinChain([leaf, ...rest]),
      rootPem: joinChain([root]),
      serial: facts.serial,
      notBefore: facts.notBeforeMs,
      notAfter: facts.notAfterMs,
    };
  } finally {
    client.close();
  }
}
