import { ListWatch, type ApiObject, type KubernetesApi } from '@flotilla/kubernetes-api';
import type { Clock, Logger } from '@flotilla/runtime';
import { ownLabels } from './kept-secret.ts';
import { Upkeep } from './upkeep.ts';

/** The ConfigMap of each namespace with the root, where the proxies of its pods mount it; Istio's names. */
const configMapName = 'istio-ca-root-cert';
const dataKey = 'root-cert.pem';

/** Namespaces of Kubernetes itself, in which nothing is injected. */
const ignored: ReadonlySet<string> = new Set(['kube-system', 'kube-public', 'kube-node-lease', 'local-path-storage']);

export interface DistributionOptions {
  readonly api: KubernetesApi;
  readonly rootPem: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Keeps the root certificate in a ConfigMap of every namespace. They belong to Citadel's own namespace, with which
 * the cluster removes them.
 */
export class RootDistribution {
  readonly #options: DistributionOptions;
  readonly #namespaces = new Set<string>();
  /** What the ConfigMaps hold, by namespace. */
  readonly #held = new Map<string, unknown>();
  readonly #upkeep: Upkeep;
  readonly #watches: readonly ListWatch[];
  #ownerUid = '';
  #unsettled = 2;

  constructor(options: DistributionOptions) {
    this.#options = options;
    const { api, clock, logger } = options;
    this.#upkeep = new Upkeep({ what: 'the root certificate of a namespace', mend: (namespace, signal) => this.#give(namespace, signal), clock, logger });
    const onSettled = (): void => {
      this.#unsettled -= 1;
      if (this.#unsettled === 0) this.#upkeep.start();
    };
    this.#watches = [
      new ListWatch({ api, path: '/api/v1/namespaces', clock, logger, onSettled, onChange: ({ upserts, removals }) => this.#observeNamespaces(upserts, removals) }),
      new ListWatch({ api, path: '/api/v1/configmaps', query: { fieldSelector: `metadata.name=${configMapName}` }, clock, logger, onSettled, onChange: ({ upserts, removals }) => this.#observeConfigMaps(upserts, removals) }),
    ];
  }

  async stop(): Promise<void> {
    await Promise.all(this.#watches.map((watch) => watch.stop()));
    await this.#upkeep.stop();
  }

  #observeNamespaces(upserts: readonly ApiObject[], removals: readonly string[]): void {
    for (const { metadata } of upserts) {
      if (metadata.name === this.#options.api.namespace) this.#ownerUid = String(metadata['uid']);
      if (metadata['deletionTimestamp'] === undefined && !ignored.has(metadata.name)) this.#namespaces.add(metadata.name);
      else this.#namespaces.delete(metadata.name);
      this.#judge(metadata.name);
    }
    for (const key of removals) {
      const namespace = key.slice(key.indexOf('/') + 1);
      this.#namespaces.delete(namespace);
      this.#judge(namespace);
    }
  }

  #observeConfigMaps(upserts: readonly ApiObject[], removals: readonly string[]): void {
    for (const { metadata: { namespace = '' }, data } of upserts) {
      this.#held.set(namespace, (data as Record<string, unknown> | undefined)?.[dataKey]);
      this.#judge(namespace);
    }
    for (const key of removals) {
      const namespace = key.slice(0, key.indexOf('/'));
      this.#held.delete(namespace);
      this.#judge(namespace);
    }
  }

  #judge(namespace: string): void {
    this.#upkeep.observe(namespace, !this.#namespaces.has(namespace) || this.#held.get(namespace) === this.#options.rootPem);
  }

  async #give(namespace: string, signal: AbortSignal): Promise<void> {
    const { api, rootPem } = this.#options;
    await api.request('PATCH', `/api/v1/namespaces/${namespace}/configmaps/${configMapName}`, {
      query: { fieldManager: 'citadel', force: true },
      contentType: 'application/apply-patch+yaml',
      signal,
      body: {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: configMapName, labels: ownLabels, ownerReferences: [{ apiVersion: 'v1', kind: 'Namespace', name: api.namespace, uid: this.#ownerUid }] },
        data: { [dataKey]: rootPem },
      },
    });
  }
}
