import { ListWatch, type ApiObject, type KubernetesApi } from '@flotilla/kubernetes-api';
import type { Clock, Logger } from '@flotilla/runtime';
import { ownLabels } from './kept-secret.ts';
import { Upkeep } from './upkeep.ts';

/** The two kinds of registrations that webhooks have. */
const collections = ['mutatingwebhookconfigurations', 'validatingwebhookconfigurations'] as const;
const group = '/apis/admissionregistration.k8s.io/v1';

export interface BundleOptions {
  readonly api: KubernetesApi;
  readonly rootPem: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** A webhook of a registration, as far as it matters here. */
interface Webhook {
  readonly name: string;
  readonly clientConfig: { readonly caBundle?: string };
}

/** Keeps the root in the webhooks of the mesh, so that the cluster's API server trusts whom it asks. */
export class WebhookBundles {
  readonly #options: BundleOptions;
  readonly #bundle: string;
  /** The webhooks of each registration, by its path. */
  readonly #webhooks = new Map<string, readonly Webhook[]>();
  readonly #upkeep: Upkeep;
  readonly #watches: readonly ListWatch[];

  constructor(options: BundleOptions) {
    this.#options = options;
    this.#bundle = Buffer.from(options.rootPem).toString('base64');
    const { api, clock, logger } = options;
    this.#upkeep = new Upkeep({ what: 'the root certificate of a webhook', mend: (path, signal) => this.#give(path, signal), clock, logger });
    this.#upkeep.start();
    const query = { labelSelector: `app.kubernetes.io/part-of=${ownLabels['app.kubernetes.io/part-of']}` };
    this.#watches = collections.map((collection) => {
      const path = `${group}/${collection}`;
      return new ListWatch({ api, path, query, clock, logger, onSettled: () => undefined, onChange: ({ upserts, removals }) => this.#observe(path, upserts, removals) });
    });
  }

  async stop(): Promise<void> {
    await Promise.all(this.#watches.map((watch) => watch.stop()));
    await this.#upkeep.stop();
  }

  #observe(path: string, upserts: readonly ApiObject[], removals: readonly string[]): void {
    for (const { metadata, webhooks } of upserts) {
      const seen = (webhooks ?? []) as readonly Webhook[];
      this.#webhooks.set(`${path}/${metadata.name}`, seen);
      this.#upkeep.observe(`${path}/${metadata.name}`, seen.every(({ clientConfig }) => clientConfig.caBundle === this.#bundle));
    }
    for (const key of removals) {
      this.#webhooks.delete(`${path}${key}`);
      this.#upkeep.observe(`${path}${key}`, true);
    }
  }

  /** Touches nothing but the bundles, each only where the webhook is still the one that was seen. */
  async #give(path: string, signal: AbortSignal): Promise<void> {
    const webhooks = this.#webhooks.get(path) ?? [];
    const body = webhooks.flatMap(({ name }, index) => [
      { op: 'test', path: `/webhooks/${index}/name`, value: name },
      { op: 'add', path: `/webhooks/${index}/clientConfig/caBundle`, value: this.#bundle },
    ]);
    await this.#options.api.request('PATCH', path, { query: { fieldManager: 'citadel' }, contentType: 'application/json-patch+json', body, signal });
  }
}
