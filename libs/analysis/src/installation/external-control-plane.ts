import { isIP } from 'node:net';
import { records, type KubernetesObject } from '@flotilla/kubernetes';
import { isRecord } from '@flotilla/resources';
import type { Finding } from '../message.ts';
import { objectRule } from '../rule.ts';

/** Webhooks of a control plane outside the cluster, which are called by URL. */
export const externalControlPlane = objectRule(['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'], {
  analyzer: 'externalcontrolplane.ExternalControlPlaneAnalyzer',
  codes: ['IST0163', 'IST0164'],
  *check(configuration) {
    if (!isIstios(configuration)) return;
    const findings = records(configuration.body['webhooks']).flatMap((webhook) => addressFinding(webhook) ?? []);
    // One is enough to know that the configuration was left unfinished.
    yield* findings.slice(0, 1);
  },
});

function isIstios({ metadata: { name } }: KubernetesObject): boolean {
  return name.startsWith('istio-sidecar-injector') || name.startsWith('istio-validator') || name === 'istiod-default-validator';
}

function addressFinding({ name, clientConfig }: Readonly<Record<string, unknown>>): Finding | undefined {
  if (!isRecord(clientConfig) || clientConfig['service'] !== undefined) return undefined;
  const { url } = clientConfig;
  const webhook = String(name);
  if (typeof url !== 'string' || url === '') return { code: 'IST0163', text: `The webhook ${webhook} has neither a URL nor a Service.` };
  if (!URL.canParse(url)) return { code: 'IST0163', text: `The URL ${url} of the webhook ${webhook} cannot be read.` };
  const host = new URL(url).hostname.replace(/^\[|\]$/g, '');
  return isIP(host) === 0 ? undefined : { code: 'IST0164', text: `The webhook ${webhook} is called by the address ${host}, not by a host name.` };
}
