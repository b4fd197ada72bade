import { randomBytes } from 'node:crypto';
import { FlotillaError } from '@flotilla/errors';
import { tokenKeyOf, verifyToken } from '@flotilla/pki';
import { readSecret, writeFileAtomic, type App } from '@flotilla/runtime';
import { watchCredentials } from './credentials/credential-folder.ts';
import type { Home } from './home.ts';
import { openRoot } from './root-store.ts';
import { lifetimesOf, type Settings } from './settings.ts';

/**
 * Citadel on a machine: its root in a folder, tokens signed with a key that it shares with whoever hands them out,
 * credentials from files.
 */
export async function localHome(settings: Settings, { clock, logger }: Pick<App, 'clock' | 'logger'>): Promise<Home> {
  const { tokenKeyFile, adminTokenFile, credentialsDir, dataDir, rootCopy, trustDomain } = settings;
  if (tokenKeyFile === undefined) {
    throw new FlotillaError('INVALID_SETTINGS', 'The settings are not valid', { problems: [{ path: '--token-key-file', message: 'is required outside of Kubernetes' }] });
  }
  const tokenKey = tokenKeyOf(await readSecret(tokenKeyFile, '--token-key-file'));
  const authority = await openRoot({ dataDir, trustDomain, nowMs: clock.now(), lifetimeMs: lifetimesOf(settings).rootMs, serial: randomBytes(16) });
  if (rootCopy !== undefined) await writeFileAtomic(rootCopy, authority.certificatePem, 0o644);
  return {
    authority,
    adminToken: adminTokenFile === undefined ? undefined : await readSecret(adminTokenFile, '--admin-token-file'),
    verify: (token) => verifyToken(tokenKey, token, clock.now()),
    followCredentials: (onChange) => (credentialsDir === undefined ? Promise.resolve(() => Promise.resolve()) : watchCredentials(credentialsDir, logger, onChange)),
  };
}
