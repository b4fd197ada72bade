import type { CertificateAuthority, TokenClaims } from '@flotilla/pki';
import type { Credential } from './credentials/credential.ts';

/** What Citadel finds where it runs: on a machine by files, on Kubernetes by the cluster's API. */
export interface Home {
  readonly authority: CertificateAuthority;
  /** What the admin API demands. */
  readonly adminToken: string | undefined;
  /** Who the bearer of a token is; throws UNAUTHENTICATED for a token that is not valid. */
  readonly verify: (token: string) => Promise<TokenClaims>;
  /** Tells of all credentials for workloads, at first and after each change; gives what ends that. */
  readonly followCredentials: (onChange: (credentials: readonly Credential[]) => void) => Promise<() => Promise<void>>;
}
