import { FlotillaError } from '@flotilla/errors';
import { errors, jwtVerify, SignJWT } from 'jose';

/** What the bearer of a token may ask Citadel for. */
export interface TokenClaims {
  /** The SPIFFE ids that may be requested. */
  readonly identities: readonly string[];
  readonly subject: string;
}

const algorithm = 'HS256';
const audience = 'citadel';

/** HS256 wants a key as long as its hash (RFC 7518, section 3.2). */
const minKeyBytes = 32;

/** The key for tokens that a secret text stands for; throws INVALID_SETTINGS for one of less than 32 bytes. */
export function tokenKeyOf(secret: string): Uint8Array {
  const key = new TextEncoder().encode(secret);
  if (key.length >= minKeyBytes) return key;
  throw new FlotillaError('INVALID_SETTINGS', `The key for tokens has ${key.length} bytes; ${minKeyBytes} or more are needed`);
}

/** A JWT (HS256) that lets its bearer ask Citadel for `identities`, from `nowMs` for `lifetimeMs`. */
export async function issueToken(key: Uint8Array, claims: TokenClaims, { nowMs, lifetimeMs }: { readonly nowMs: number; readonly lifetimeMs: number }): Promise<string> {
  const issuedAt = Math.floor(nowMs / 1000);
  return new SignJWT({ identities: claims.identities })
    .setProtectedHeader({ alg: algorithm })
    .setSubject(claims.subject)
    .setAudience(audience)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + Math.ceil(lifetimeMs / 1000))
    .sign(key);
}

/** Reads a token that `key` signed; throws UNAUTHENTICATED for a forged, expired or foreign one. */
export async function verifyToken(key: Uint8Array, token: string, nowMs: number): Promise<TokenClaims> {
  const { payload } = await jwtVerify(token, key, {
    algorithms: [algorithm],
    audience,
    currentDate: new Date(nowMs),
    requiredClaims: ['exp', 'sub'],
  }).catch((error: unknown) => {
    throw new FlotillaError('UNAUTHENTICATED', error instanceof errors.JWTExpired ? 'The token has expired' : 'The token is not valid', { cause: error });
  });
  const { identities, sub: subject } = payload;
  if (!isStringList(identities) || subject === undefined) throw new FlotillaError('UNAUTHENTICATED', 'The token names no identities');
  return { identities, subject };
}

function isStringList(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
