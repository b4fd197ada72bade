import { messageOf } from '@flotilla/errors';
import { ListWatch, type ApiObject, type KubernetesApi } from '@flotilla/kubernetes-api';
import { backoff, delay, type Clock, type Logger } from '@flotilla/runtime';
import { ownLabels } from './kept-secret.ts';

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
  readonly #stopping = new AbortController();
  readonly #namespaces = new Set<string>();
  /** What the ConfigMaps hold, by namespace. */
  readonly #there = new Map<string, unknown>();
  readonly #watches: readonly ListWatch[];
  readonly #retry = backoff({ initialMs: 500, maxMs: 30_000, random: Math.random });
  #ownerUid = '';
  #unsettled = 2;
  #working: Promise<void> | undefined;

  constructor(options: DistributionOptions) {
    this.#options = options;
    const { api, clock, logger } = options;
    const onSettled = (): void => {
      this.#unsettled -= 1;
      this.#work();
    };
    this.#watches = [
      new ListWatch({ api, path: '/api/v1/namespaces', clock, logger, onSettled, onChange: ({ upserts, removals }) => this.#observeNamespaces(upserts, removals) }),
      new ListWatch({ api, path: '/api/v1/configmaps', query: { fieldSelector: `metadata.name=${configMapName}` }, clock, logger, onSettled, onChange: ({ upserts, removals }) => this.#observeConfigMaps(upserts, removals) }),
    ];
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all(this.#watches.map((watch) => watch.stop()));
    await this.#working;
  }

  #observeNamespaces(upserts: readonly ApiObject[], removals: readonly string[]): void {
    for (const { metadata } of upserts) {
      if (metadata.name === this.#options.api.namespace) this.#ownerUid = String(metadata['uid']);
      if (metadata['deletionTimestamp'] === undefined && !ignored.has(metadata.name)) this.#namespaces.add(metadata.name);
      else this.#namespaces.delete(metadata.name);
    }
    for (const key of removals) this.#namespaces.delete(key.slice(key.indexOf('/') + 1));
    this.#work();
  }

  #observeConfigMaps(upserts: readonly ApiObject[], removals: readonly string[]): void {
    for (const { metadata, data } of upserts) this.#there.set(metadata.namespace ?? '', (data as Record<string, unknown> | undefined)?.[dataKey]);
    for (const key of removals) this.#there.delete(key.slice(0, key.indexOf('/')));
    this.#work();
  }

  #lacking(): string[] {
    return [...this.#namespaces].filter((namespace) => this.#there.get(namespace) !== this.#options.rootPem);
  }

  #work(): void {
    if (this.#unsettled > 0 || this.#stopping.signal.aborted) return;
    this.#working ??= this.#distribute().finally(() => {
      this.#working = undefined;
    });
  }

  async #distribute(): Promise<void> {
    const { clock, logger, rootPem } = this.#options;
    const { signal } = this.#stopping;
    for (let lacking = this.#lacking(); lacking.length > 0 && !signal.aborted; lacking = this.#lacking()) {
      try {
        for (const namespace of lacking) {
          await this.#apply(namespace);
          this.#there.set(namespace, rootPem);
        }
        this.#retry.reset();
      } catch (error) {
        logger.warn({ reason: messageOf(error) }, 'the root certificate cannot be given to all namespaces yet');
        await delay(clock, this.#retry.next(), signal);
      }
    }
  }

  async #apply(namespace: string): Promise<void> {
    const { api, rootPem } = this.#options;
    await api.request('PATCH', `/api/v1/namespaces/${namespace}/configmaps/${configMapName}`, {
      query: { fieldManager: 'citadel', force: true },
      contentType: 'application/apply-patch+yaml',
      signal: this.#stopping.signal,
      body: {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: configMapName, labels: ownLabels, ownerReferences: [{ apiVersion: 'v1', kind: 'Namespace', name: api.namespace, uid: this.#ownerUid }] },
        data: { [dataKey]: rootPem },
      },
    });
  }
}
