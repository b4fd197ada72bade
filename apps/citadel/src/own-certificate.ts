import { clockSkewMs, serviceSpiffeId, generateKeyPair, issueCertificate, privateKeyPem, rotateAt, type CertificateAuthority } from '@flotilla/pki';
import type { CertificateSource, Certificates } from '@flotilla/rpc';
import { delay, type Clock, type Logger } from '@flotilla/runtime';

export interface OwnCertificateOptions {
  readonly authority: CertificateAuthority;
  readonly lifetimeMs: number;
  readonly dnsNames: readonly string[];
  readonly ipAddresses: readonly string[];
  readonly clock: Clock;
  readonly logger: Logger;
  readonly randomBytes: (count: number) => Uint8Array;
  /** A number in [0, 1). */
  readonly random: () => number;
  /** Ends the rotation. */
  readonly signal: AbortSignal;
}

/** Citadel's own server certificate, issued by its root and replaced at half of its life. */
export async function createOwnCertificate(options: OwnCertificateOptions): Promise<CertificateSource> {
  const { authority, clock, signal } = options;
  const spiffeId = serviceSpiffeId(authority.trustDomain, 'citadel');
  const listeners = new Set<() => void>();

  const issue = async (): Promise<{ certificates: Certificates; renewAt: number }> => {
    const keys = await generateKeyPair();
    const { lifetimeMs, dnsNames, ipAddresses } = options;
    const serial = options.randomBytes(16);
    const issued = await issueCertificate(authority, { spiffeId, publicKey: keys.publicKey, nowMs: clock.now(), lifetimeMs, dnsNames, ipAddresses, serial });
    const renewAt = rotateAt({ notBeforeMs: issued.notBeforeMs + clockSkewMs, notAfterMs: issued.notAfterMs, random: options.random() });
    const certificates = { keyPem: await privateKeyPem(keys), certChainPem: issued.certificatePem, rootPem: authority.certificatePem };
    return { certificates, renewAt };
  };

  let current = await issue();
  const rotate = async (): Promise<void> => {
    for (;;) {
      await delay(clock, current.renewAt - clock.now(), signal);
      if (signal.aborted) return;
      current = await issue();
      options.logger.debug({ spiffeId }, "replaced Citadel's own certificate");
      for (const listener of [...listeners]) listener();
    }
  };
  rotate().catch((error: unknown) => options.logger.error({ err: error }, "Citadel's own certificate can no longer be replaced"));

  return {
    current: () => current.certificates,
    onRotate(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
