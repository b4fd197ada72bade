import { FlotillaError } from '@flotilla/errors';
import { IstioCertificateService } from '@flotilla/protos/istio/v1/auth/ca_pb.js';
import { service, type ServedService } from '@flotilla/rpc';
import type { Logger } from '@flotilla/runtime';
import type { CitadelMetrics } from './metrics.ts';
import type { SigningRequest } from './signer.ts';

/** Istio's certificate signing API, in front of `sign`. */
export function certificateService({ sign, metrics, logger }: {
  readonly sign: (request: SigningRequest) => Promise<string[]>;
  readonly metrics: CitadelMetrics;
  readonly logger: Logger;
}): ServedService {
  return service(IstioCertificateService, {
    async createCertificate({ csr, validityDuration, metadata }, call) {
      const renewal = metadata?.['replacesUntil'] !== undefined;
      try {
        const certChain = await sign({ authorization: call.header('authorization'), csr, lifetimeMs: Number(validityDuration) * 1000, renewal });
        metrics.issued.inc({ urgency: renewal ? 'renewal' : 'first' });
        return { certChain };
      } catch (error) {
        const reason = error instanceof FlotillaError ? error.code : 'INTERNAL';
        metrics.refused.inc({ reason });
        if (error instanceof FlotillaError) logger.warn({ reason, detail: error.message, peer: call.peer }, 'refused a certificate request');
        throw error;
      }
    },
  });
}
