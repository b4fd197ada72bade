import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Where cases say that certificates are. */
const named = '/etc/golden';

/** Real files for the certificate, key, authority and revocation list that cases name. */
export interface CertificateFiles {
  /** The same bootstrap, its file names led to the real ones. */
  placed<T>(bootstrap: T): T;
  remove(): void;
}

/** Makes `cert.pem`, `key.pem` (a certificate that is its own authority) and `crl.pem`. */
export function createCertificateFiles(): CertificateFiles {
  const folder = mkdtempSync(join(tmpdir(), 'flotilla-golden-'));
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  openssl('req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-subj', '/CN=golden', '-keyout', 'key.pem', '-out', 'cert.pem');
  writeFileSync(join(folder, 'index.txt'), '');
  writeFileSync(join(folder, 'ca.conf'), '[ca]\ndefault_ca = golden\n[golden]\ndatabase = index.txt\ndefault_md = sha256\ndefault_crl_days = 1\n');
  openssl('ca', '-gencrl', '-config', 'ca.conf', '-keyfile', 'key.pem', '-cert', 'cert.pem', '-out', 'crl.pem');
  return {
    placed: <T>(bootstrap: T) => JSON.parse(JSON.stringify(bootstrap).replaceAll(named, folder)) as T,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
