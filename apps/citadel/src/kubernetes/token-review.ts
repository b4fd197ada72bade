import { createHash } from 'node:crypto';
import { FlotillaError } from '@flotilla/errors';
import type { KubernetesApi } from '@flotilla/kubernetes-api';
import { formatSpiffeId, type TokenClaims } from '@flotilla/pki';
import type { Clock } from '@flotilla/runtime';

/** How long an answer is used again, in milliseconds: as long as the API server itself does. */
const keptMs = 10_000;
/** So many answers are kept at most. */
const mostKept = 1_000;

export interface TokenReviewOptions {
  readonly api: Pick<KubernetesApi, 'request'>;
  /** Whom tokens must be made for. */
  readonly audience: string;
  readonly trustDomain: string;
  readonly clock: Pick<Clock, 'now'>;
}

interface Review {
  readonly status?: {
    readonly authenticated?: boolean;
    readonly audiences?: readonly string[];
    readonly user?: { readonly username?: string; readonly extra?: Readonly<Record<string, readonly string[]>> };
  };
}

/**
 * Lets the cluster say whose tokens are: projected tokens of service accounts, made for the audience. Their bearer may
 * have that account's identity and no other.
 * https://kubernetes.io/docs/reference/kubernetes-api/authentication-resources/token-review-v1/
 */
export function tokenReview({ api, audience, trustDomain, clock }: TokenReviewOptions): (token: string) => Promise<TokenClaims> {
  const kept = new Map<string, { readonly claims: TokenClaims; readonly untilMs: number }>();
  return async (token) => {
    const digest = createHash('sha256').update(token).digest('base64');
    const known = kept.get(digest);
    if (known !== undefined && clock.now() < known.untilMs) return known.claims;
    kept.delete(digest);
    const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview', spec: { token, audiences: [audience] } };
    const { status = {} } = (await api.request('POST', '/apis/authentication.k8s.io/v1/tokenreviews', { body })) as Review;
    const claims = claimsOf(status, audience, trustDomain);
    for (const oldest of kept.keys()) if (kept.size >= mostKept) kept.delete(oldest);
    kept.set(digest, { claims, untilMs: clock.now() + keptMs });
    return claims;
  };
}

function claimsOf({ authenticated, audiences = [], user = {} }: NonNullable<Review['status']>, audience: string, trustDomain: string): TokenClaims {
  const [, namespace, serviceAccount] = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(user.username ?? '') ?? [];
  if (authenticated !== true || !audiences.includes(audience)) throw new FlotillaError('UNAUTHENTICATED', `The token is not valid, or not made for ${audience}`);
  if (namespace === undefined || serviceAccount === undefined) throw new FlotillaError('UNAUTHENTICATED', 'The token is not that of a service account');
  const where = ['pod-name', 'node-name'].flatMap((name) => user.extra?.[`authentication.kubernetes.io/${name}`] ?? []);
  return { subject: [`${namespace}/${serviceAccount}`, ...where].join(' '), identities: [formatSpiffeId({ trustDomain, namespace, serviceAccount })] };
}
