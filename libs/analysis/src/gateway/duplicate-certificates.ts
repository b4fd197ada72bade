import { selectorMatches, type Gateway, type ServerTLSSettings } from '@flotilla/resources';
import { resourceRule } from '../rule.ts';
import { perView, resourcesOf, type View } from '../view.ts';

/** Gateways of one workload that serve one certificate: HTTP/2 clients use one connection for all its hosts. */
export const duplicateCertificates = resourceRule('Gateway', {
  analyzer: 'gateway.CertificateAnalyzer',
  codes: ['IST0138'],
  *check(gateway, view) {
    const name = nameOf(gateway);
    for (const [at, { tls }] of gateway.spec.servers.entries()) {
      const certificate = certificateOf(tls);
      if (certificate === undefined) continue;
      for (const other of byCertificate(view).get(certificate) ?? []) {
        if (other === gateway || !selectorMatches(gateway.spec.selector, other.spec.selector)) continue;
        yield { code: 'IST0138', path: `spec.servers[${at}].tls`, text: `The Gateways ${name} and ${nameOf(other)} serve the same certificate: clients that reuse a connection get 404 for the other's hosts.` };
      }
    }
  },
});

const byCertificate = perView((view: View) => {
  const found = new Map<string, Set<Gateway>>();
  for (const gateway of resourcesOf(view, 'Gateway')) {
    for (const { tls } of gateway.spec.servers) {
      const certificate = certificateOf(tls);
      if (certificate !== undefined) found.set(certificate, (found.get(certificate) ?? new Set()).add(gateway));
    }
  }
  return found;
});

/** What tells certificates apart: the credential's name, or the files. */
function certificateOf(tls: ServerTLSSettings | undefined): string | undefined {
  if (tls?.credentialName) return tls.credentialName;
  return tls?.serverCertificate && tls.privateKey ? `${tls.serverCertificate} ${tls.privateKey}` : undefined;
}

function nameOf({ metadata }: Gateway): string {
  return `${metadata.namespace}/${metadata.name}`;
}
