import type { Place } from '../validation/place.ts';
import type { ClientTLSSettings } from './client-tls.ts';

const configMap = 'configmap://';

/** @param namespace the DestinationRule's, as far as it says so */
export function checkClientTls(tls: ClientTLSSettings, namespace: string | undefined, at: Place): void {
  const { mode = 'DISABLE', credentialName, clientCertificate, privateKey, insecureSkipVerify } = tls;
  if (credentialName?.startsWith(configMap)) checkConfigMap(credentialName, namespace, at.at('credentialName'));
  if (mode !== 'SIMPLE' && mode !== 'MUTUAL') return;
  if (insecureSkipVerify === true) checkNothingToVerify(tls, mode, at);
  if (credentialName) {
    for (const field of ['clientCertificate', 'privateKey', 'caCertificates', 'caCrl'] as const) {
      if (tls[field]) at.at(field).refuse('cannot be given together with credentialName');
    }
    return;
  }
  if (mode === 'SIMPLE') return;
  if (!clientCertificate) at.at('clientCertificate').refuse('is required in mode MUTUAL');
  if (!privateKey) at.at('privateKey').refuse('is required in mode MUTUAL');
}

/** In mode SIMPLE a secret holds nothing but authorities; in mode MUTUAL it holds the client's certificate. */
function checkNothingToVerify(tls: ClientTLSSettings, mode: 'SIMPLE' | 'MUTUAL', at: Place): void {
  const fields = ['caCertificates', 'subjectAltNames', ...(mode === 'SIMPLE' ? (['credentialName'] as const) : [])] as const;
  for (const field of fields) {
    if (tls[field] !== undefined && tls[field] !== '') at.at(field).refuse('cannot be given where insecureSkipVerify is true');
  }
}

/** `configmap://name` or `configmap://namespace/name`, of the rule's own namespace. */
function checkConfigMap(credentialName: string, namespace: string | undefined, at: Place): void {
  const [first = '', second, ...more] = credentialName.slice(configMap.length).split('/');
  const allowed = `${configMap}${namespace ?? 'namespace'}/name`;
  if (first === '' || second === '' || more.length > 0) at.refuse('does not name a config map', { found: credentialName, allowed });
  else if (second !== undefined && namespace !== undefined && first !== namespace) at.refuse('names a config map of another namespace', { found: credentialName, allowed });
}
