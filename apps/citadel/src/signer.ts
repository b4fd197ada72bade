import { FlotillaError } from '@flotilla/errors';
import { issueCertificate, serviceDnsNames, verifySigningRequest, type CertificateAuthority, type TokenClaims } from '@flotilla/pki';
import type { Clock, Logger } from '@flotilla/runtime';
import type { IssueLog } from './issue-log.ts';
import type { IssueQueue } from './issue-queue.ts';

export interface SignerOptions {
  readonly authority: CertificateAuthority;
  /** Who the bearer of a token is; throws UNAUTHENTICATED for a token that is not valid. */
  readonly verify: (token: string) => Promise<TokenClaims>;
  readonly maxLifetimeMs: number;
  readonly queue: IssueQueue;
  readonly issues: IssueLog;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Gives that many random bytes. */
  readonly randomBytes: (count: number) => Uint8Array;
}

/** A request as it came in. */
export interface SigningRequest {
  /** The `authorization` header. */
  readonly authorization: string | undefined;
  /** PKCS#10, PEM. */
  readonly csr: string;
  /** Zero for as long as Citadel allows. */
  readonly lifetimeMs: number;
  readonly renewal: boolean;
}

/**
 * Signs requests of those whose token grants them the identity they ask for. Answers with the leaf and the root, PEM.
 * Throws UNAUTHENTICATED for a missing, wrong or expired token, FORBIDDEN for an identity it does not grant,
 * MALFORMED_REQUEST for a request that is not sound, NOT_READY when too many wait.
 */
export function createSigner(options: SignerOptions): (request: SigningRequest) => Promise<string[]> {
  const { authority, clock } = options;
  return async ({ authorization, csr, lifetimeMs, renewal }) => {
    // Before the queue, so that strangers cannot fill it.
    const claims = await options.verify(bearerToken(authorization));
    return options.queue.run(renewal ? 'renewal' : 'first', async () => {
      const { spiffeId, publicKey } = await verifySigningRequest(csr);
      if (!claims.identities.includes(spiffeId)) {
        throw new FlotillaError('FORBIDDEN', `The token does not grant the identity ${spiffeId}`);
      }
      const nowMs = clock.now();
      const issued = await issueCertificate(authority, {
        spiffeId,
        publicKey,
        dnsNames: serviceDnsNames(spiffeId),
        nowMs,
        lifetimeMs: lifetimeMs > 0 ? Math.min(lifetimeMs, options.maxLifetimeMs) : options.maxLifetimeMs,
        serial: options.randomBytes(16),
      });
      const record = options.issues.add(issued, { issuedAtMs: nowMs, requestedBy: claims.subject, renewal });
      options.logger.info({ ...record }, 'issued a certificate');
      return [issued.certificatePem, authority.certificatePem];
    });
  };
}

function bearerToken(authorization: string | undefined): string {
  const token = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
  if (token === undefined) throw new FlotillaError('UNAUTHENTICATED', 'A bearer token is needed');
  return token;
}
