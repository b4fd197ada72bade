import { chmod, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createRoot, joinChain, loadAuthority, splitChain, type CertificateAuthority, type StoredRoot } from '@flotilla/pki';
import { FlotillaError } from '@flotilla/errors';
import { writeFileAtomic } from '@flotilla/runtime';

/** Certificate and key are one file, so that no crash can leave one of them without the other. */
const fileName = 'root.pem';

/** The certificate alone, written at every start for those who are to trust it. */
const certificateFileName = 'root-cert.pem';

/** How a root is made where there is none yet. */
export interface RootOptions {
  readonly dataDir: string;
  readonly trustDomain: string;
  readonly nowMs: number;
  readonly lifetimeMs: number;
  readonly serial: Uint8Array;
}

/**
 * The root kept in `dataDir`, made at the first start: folder 0700, file 0600.
 *
 * @throws FlotillaError INVALID_SETTINGS for a root that cannot be read or is of another trust domain; it is never replaced
 */
export async function openRoot(options: RootOptions): Promise<CertificateAuthority> {
  await mkdir(options.dataDir, { recursive: true, mode: 0o700 });
  await chmod(options.dataDir, 0o700);
  const authority = await loadOrMake(join(options.dataDir, fileName), options);
  await writeFileAtomic(join(options.dataDir, certificateFileName), authority.certificatePem, 0o644);
  return authority;
}

async function loadOrMake(path: string, options: RootOptions): Promise<CertificateAuthority> {
  const text = await readIfThere(path);
  if (text !== undefined) return load(path, text, options.trustDomain);
  const made = await createRoot(options);
  await writeFileAtomic(path, `${made.certificatePem}${made.keyPem}`, 0o600);
  return loadAuthority(made, options.trustDomain);
}

async function load(path: string, text: string, trustDomain: string): Promise<CertificateAuthority> {
  const stored: StoredRoot = { certificatePem: joinChain(splitChain(text)), keyPem: text.slice(text.indexOf('-----BEGIN PRIVATE KEY-----')) };
  await chmod(path, 0o600);
  try {
    return await loadAuthority(stored, trustDomain);
  } catch (error) {
    if (error instanceof FlotillaError && error.code === 'INVALID_SETTINGS') throw error;
    throw new FlotillaError('INVALID_SETTINGS', `The root in ${path} is damaged; restore it, or remove it to begin with a new one`, { cause: error });
  }
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new FlotillaError('INVALID_SETTINGS', `The root in ${path} cannot be read`, { cause: error });
  }
}
