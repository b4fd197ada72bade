import type { ClientTLSSettings } from '@flotilla/resources';
import { resourceRule } from '../rule.ts';

/** TLS to servers whose certificate nobody checks. */
export const caCertificates = resourceRule('DestinationRule', {
  analyzer: 'destinationrule.CaCertificateAnalyzer',
  codes: ['IST0128', 'IST0129'],
  *check({ spec }) {
    const { host, trafficPolicy, workloadSelector } = spec;
    const trusting = (tls: ClientTLSSettings | undefined): string | undefined => {
      const asked = tls?.mode === 'SIMPLE' || tls?.mode === 'MUTUAL';
      // Sidecars take credentials only where a selector says which of them do.
      const credential = workloadSelector !== undefined && Boolean(tls?.credentialName);
      return asked && !tls.caCertificates && !credential ? tls.mode : undefined;
    };
    const mode = trusting(trafficPolicy?.tls);
    if (mode !== undefined) yield { code: 'IST0128', path: 'spec.trafficPolicy.tls', text: `TLS of mode ${mode} to ${host} trusts any server: no caCertificates are set.` };
    for (const [at, { port, tls }] of (trafficPolicy?.portLevelSettings ?? []).entries()) {
      const portMode = trusting(tls);
      if (portMode !== undefined) yield { code: 'IST0129', path: `spec.trafficPolicy.portLevelSettings[${at}].tls`, text: `TLS of mode ${portMode} to port ${port.number} of ${host} trusts any server: no caCertificates are set.` };
    }
  },
});
