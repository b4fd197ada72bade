import { messageOf } from '@flotilla/errors';
import { clockSkewMs, rotateAt } from '@flotilla/pki';
import { backoff, delay, type Clock, type Logger } from '@flotilla/runtime';
import type { Identity, IdentityCertificates } from './identity.ts';
import { requestCertificate } from './request-certificate.ts';

/** A text, or what reads it anew before each request: files are replaced while we run. */
export type Supplied = string | (() => string | Promise<string>);

export interface IdentityOptions {
  /** `host:port` of Citadel. */
  readonly citadelAddress: string;
  /** The root that Citadel's own certificate is verified against, PEM. */
  readonly citadelRootPem: Supplied;
  readonly token: Supplied;
  readonly spiffeId: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Gives numbers in [0, 1); `Math.random` when not given. */
  readonly random?: () => number;
  /** How long certificates are asked to live; as long as Citadel allows when not given. */
  readonly lifetimeMs?: number;
  /** Gives up waiting for the first certificate, and ends the rotation. */
  readonly signal?: AbortSignal;
  /** Told of every request that failed; it is tried again in any case. */
  readonly onFailure?: (error: unknown) => void;
}

/** Retries begin after a quarter of a second and come at most this far apart. */
const retries = { initialMs: 250, maxMs: 10_000 };

/** A certificate is used for at least this long: a clock far ahead of Citadel's must not make a storm of renewals. */
const minLifeMs = 1_000;

/**
 * Gets a certificate for `spiffeId` and keeps it valid: a new key and certificate at half of its life,
 * retried with backoff for as long as it takes. Resolves with the first certificate, which may take
 * until Citadel is there; rejects only when `signal` is aborted before.
 */
export async function createIdentity(options: IdentityOptions): Promise<Identity> {
  const { spiffeId, clock, random = Math.random } = options;
  const closing = new AbortController();
  const signal = options.signal === undefined ? closing.signal : AbortSignal.any([options.signal, closing.signal]);
  const listeners = new Set<() => void>();
  let current = await obtain(options, undefined, signal);

  const rotate = async (): Promise<void> => {
    for (;;) {
      // Validity begins a while before the certificate was made; half of its life is counted from then on.
      const { notAfter, notBefore } = current;
      const at = rotateAt({ notBeforeMs: Math.min(notBefore + clockSkewMs, notAfter), notAfterMs: notAfter, random: random() });
      await delay(clock, Math.max(minLifeMs, at - clock.now()), signal);
      if (signal.aborted) return;
      current = await obtain(options, notAfter, signal);
      for (const listener of [...listeners]) tell(listener);
    }
  };
  // A listener that fails must not end the rotation.
  const tell = (listener: () => void): void => {
    try {
      listener();
    } catch (error) {
      options.logger.error({ err: error, spiffeId }, 'a listener to a rotation failed');
    }
  };
  rotate().catch((error: unknown) => {
    if (!signal.aborted) options.logger.error({ err: error, spiffeId }, 'the rotation of an identity ended');
  });

  return {
    spiffeId,
    current: () => current,
    onRotate(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => closing.abort(),
  };
}

/** Asks until there is an answer; throws only once `signal` is aborted. */
async function obtain(options: IdentityOptions, replacesUntil: number | undefined, signal: AbortSignal): Promise<IdentityCertificates> {
  const { clock, logger, spiffeId, random = Math.random } = options;
  const waits = backoff({ ...retries, random });
  for (;;) {
    signal.throwIfAborted();
    try {
      const certificates = await requestCertificate({
        citadelAddress: options.citadelAddress,
        citadelRootPem: await supply(options.citadelRootPem),
        token: await supply(options.token),
        spiffeId,
        lifetimeMs: options.lifetimeMs,
        replacesUntil,
        signal,
      });
      logger.info({ spiffeId, serial: certificates.serial, notAfter: new Date(certificates.notAfter).toISOString() }, 'got a certificate');
      return certificates;
    } catch (error) {
      if (signal.aborted) throw error;
      const waitMs = Math.round(waits.next());
      options.onFailure?.(error);
      logger.warn({ spiffeId, waitMs, reason: messageOf(error) }, 'got no certificate, trying again');
      await delay(clock, waitMs, signal);
    }
  }
}

async function supply(supplied: Supplied): Promise<string> {
  return typeof supplied === 'string' ? supplied : supplied();
}
