import { randomBytes } from 'node:crypto';
import type { KubernetesApi } from '@flotilla/kubernetes-api';
import type { App } from '@flotilla/runtime';
import type { Home } from '../home.ts';
import { lifetimesOf, type Settings } from '../settings.ts';
import { openClusterRoot } from './cluster-root.ts';
import { followSecrets } from './follow-secrets.ts';
import { RootDistribution } from './root-distribution.ts';
import { prepareServiceSecrets } from './service-secrets.ts';
import { tokenReview } from './token-review.ts';
import { WebhookBundles } from './webhook-bundles.ts';

/**
 * Citadel in a Kubernetes cluster: its root in a Secret, tokens of service accounts, credentials from Secrets. It gives
 * the other services their Secrets, and every namespace and webhook the root certificate.
 */
export async function clusterHome(api: KubernetesApi, settings: Settings, { clock, logger, onStop }: Pick<App, 'clock' | 'logger' | 'onStop'>): Promise<Home> {
  const { trustDomain, tokenAudience: audience, natsServers, credentialNamespaces } = settings;
  const authority = await openClusterRoot(api, { trustDomain, nowMs: clock.now(), lifetimeMs: lifetimesOf(settings).rootMs, serial: randomBytes(16) });
  const adminToken = await prepareServiceSecrets(api, natsServers);
  const distribution = new RootDistribution({ api, rootPem: authority.certificatePem, clock, logger });
  onStop('distribution of the root', () => distribution.stop());
  const bundles = new WebhookBundles({ api, rootPem: authority.certificatePem, clock, logger });
  onStop('bundles of webhooks', () => bundles.stop());
  const namespaces = credentialNamespaces.length > 0 ? credentialNamespaces : [api.namespace];
  return {
    authority,
    adminToken,
    verify: tokenReview({ api, audience, trustDomain, clock }),
    followCredentials: (onChange) => Promise.resolve(followSecrets({ api, namespaces, clock, logger }, onChange)),
  };
}
