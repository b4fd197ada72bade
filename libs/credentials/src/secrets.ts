import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { busUsers, type BusUser } from '@flotilla/bus';
import { issueToken } from '@flotilla/pki';
import { writeFileAtomic } from '@flotilla/runtime';

/** Files of secrets, each 0600, kept from one start to the next. */
export interface Secrets {
  /** Bearer token of all admin APIs. */
  readonly adminToken: string;
  /** The key that Citadel checks identity tokens with. */
  readonly tokenKey: string;
  readonly busPassword: (user: BusUser) => string;
  /** What nats-servers of one cluster know each other by. */
  readonly routePassword: string;
  /** The token that lets `bearer` ask Citadel for its identities. */
  readonly identityToken: (bearer: string) => string;
}

const tokenLifetimeMs = 365 * 24 * 3_600_000;

/** Makes a secret where there is none yet. */
export async function keepSecret(path: string): Promise<void> {
  if (!existsSync(path)) await writeFileAtomic(path, `${randomBytes(32).toString('base64url')}\n`, 0o600);
}

/** The text of a secret file. */
export function secretIn(path: string): string {
  return readFileSync(path, 'utf8').trim();
}

/**
 * Makes what is missing in `folder`; identity tokens are signed anew at each start.
 * @param identities the SPIFFE ids that each bearer of a token may ask for
 */
export async function prepareSecrets(folder: string, identities: Readonly<Record<string, readonly string[]>>, nowMs: number): Promise<Secrets> {
  const secrets: Secrets = {
    adminToken: join(folder, 'admin.token'),
    tokenKey: join(folder, 'identity.key'),
    busPassword: (user) => join(folder, `${user}.password`),
    routePassword: join(folder, 'nats-routes.password'),
    identityToken: (bearer) => join(folder, `${bearer}.token`),
  };
  await Promise.all([secrets.adminToken, secrets.tokenKey, secrets.routePassword, ...busUsers.map(secrets.busPassword)].map(keepSecret));
  const key = new TextEncoder().encode(secretIn(secrets.tokenKey));
  await Promise.all(
    Object.entries(identities).map(async ([subject, ids]) => {
      const token = await issueToken(key, { subject, identities: ids }, { nowMs, lifetimeMs: tokenLifetimeMs });
      await writeFileAtomic(secrets.identityToken(subject), token, 0o600);
    }),
  );
  return secrets;
}
