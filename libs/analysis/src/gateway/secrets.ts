import { texts, type KubernetesObject } from '@flotilla/kubernetes';
import type { ServerTLSSettings } from '@flotilla/resources';
import { resourceRule } from '../rule.ts';
import { describeSelector, selectedWorkloads } from '../workload.ts';

/** Credentials that Gateways name: Secrets in the namespace of the workload, with a certificate and a key. */
export const gatewaySecrets = resourceRule('Gateway', {
  analyzer: 'gateway.SecretAnalyzer',
  codes: ['IST0101', 'IST0161'],
  needs: ['Pod', 'Secret'],
  *check({ spec }, view) {
    const [workload] = selectedWorkloads(view, spec.selector);
    if (workload === undefined) {
      yield { code: 'IST0101', path: 'spec.selector', text: `No workload is found for the selector "${describeSelector(spec.selector)}".` };
      return;
    }
    for (const [at, { tls }] of spec.servers.entries()) {
      for (const { field, name } of credentialsOf(tls)) {
        const [own = '', short = ''] = name.includes('/') ? name.split('/') : [workload.namespace, name];
        const secret = view.objects.find('Secret', own, short);
        const path = `spec.servers[${at}].tls.${field}`;
        if (secret === undefined) yield { code: 'IST0101', path, text: `The credential "${short}" is not found in ${own}.` };
        else if (!hasCertificate(secret)) yield { code: 'IST0161', path, text: `The credential "${short}" of ${own} has no certificate and key that can be read.` };
      }
    }
  },
});

function credentialsOf(tls: ServerTLSSettings | undefined): { readonly field: string; readonly name: string }[] {
  const single = tls?.credentialName ? [{ field: 'credentialName', name: tls.credentialName }] : [];
  return [...single, ...(tls?.credentialNames ?? []).map((name, at) => ({ field: `credentialNames[${at}]`, name }))];
}

/** The names that a certificate and its key have in a Secret: Kubernetes' and Istio's. */
const pairs = [['tls.crt', 'tls.key'], ['cert', 'key']] as const;

function hasCertificate({ body }: KubernetesObject): boolean {
  const plain = texts(body['stringData']);
  const encoded = texts(body['data']);
  const value = (name: string): string => plain[name] ?? Buffer.from(encoded[name] ?? '', 'base64').toString('latin1');
  return pairs.some(([certificate, key]) => isPem(value(certificate)) && isPem(value(key)));
}

function isPem(text: string): boolean {
  return text.trimStart().startsWith('-----BEGIN ');
}
