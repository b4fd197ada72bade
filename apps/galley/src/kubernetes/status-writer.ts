import { FlotillaError, messageOf } from '@flotilla/errors';
import type { KubernetesApi } from '@flotilla/kubernetes-api';
import { kindNamed, parseResourceKey, type MeshResource, type ResourceStatus } from '@flotilla/resources';
import { backoff, delay, type Clock, type Logger } from '@flotilla/runtime';
import { saysTheSame } from '../status/status-of.ts';

/** What changes within this is written once: most changes are everywhere by then. */
const gatherMs = 1_000;
/** From one write to the next: at most 20 a second. */
const pauseMs = 50;

export interface StatusWriterOptions {
  readonly api: Pick<KubernetesApi, 'request'>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Whether this process is the one that writes. */
  readonly leads: () => boolean;
  /** A resource as it is in force. */
  readonly resource: (key: string) => MeshResource | undefined;
  /** Its status as it should be. */
  readonly status: (resource: MeshResource) => ResourceStatus;
  /** Its status as the cluster has it. */
  readonly written: (key: string) => ResourceStatus | undefined;
}

/**
 * Writes statuses onto the resources of a cluster, by server-side apply onto the status subresource: those of the
 * leader only, only where they say something else than is there, one by one, and never over what is another's.
 */
export class StatusWriter {
  readonly #options: StatusWriterOptions;
  readonly #stopping = new AbortController();
  #due = new Set<string>();
  #working: Promise<void> | undefined;

  constructor(options: StatusWriterOptions) {
    this.#options = options;
  }

  /** These may have other statuses than before. */
  look(keys: Iterable<string>): void {
    for (const key of keys) this.#due.add(key);
    if (this.#due.size === 0 || this.#stopping.signal.aborted) return;
    this.#working ??= this.#work().finally(() => {
      this.#working = undefined;
      this.look([]);
    });
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#working;
  }

  async #work(): Promise<void> {
    const { clock, leads, logger } = this.#options;
    const { signal } = this.#stopping;
    const retry = backoff({ initialMs: 500, maxMs: 30_000, random: Math.random });
    await delay(clock, gatherMs, signal);
    const due = this.#due;
    this.#due = new Set();
    for (const key of due) {
      // Whoever becomes the leader looks at everything.
      if (signal.aborted || !leads()) return;
      try {
        if (!(await this.#write(key))) continue;
        retry.reset();
        await delay(clock, pauseMs, signal);
      } catch (error) {
        logger.warn({ ref: key, reason: messageOf(error) }, 'a status cannot be written at the moment');
        this.#due.add(key);
        await delay(clock, retry.next(), signal);
      }
    }
  }

  /** @returns whether the cluster was asked to */
  async #write(key: string): Promise<boolean> {
    const { api, resource, status, written, logger } = this.#options;
    const current = resource(key);
    const kind = kindNamed(parseResourceKey(key).kind);
    if (current === undefined || kind === undefined) return false;
    const wanted = status(current);
    const there = written(key);
    if (there !== undefined && saysTheSame(there, wanted)) return false;
    const { namespace, name } = current.metadata;
    const apiVersion = `${kind.group}/${kind.versions[0]}`;
    try {
      await api.request('PATCH', `/apis/${apiVersion}/namespaces/${namespace}/${kind.plural}/${name}/status`, {
        query: { fieldManager: 'flotilla' },
        contentType: 'application/apply-patch+yaml',
        body: { apiVersion, kind: kind.kind, metadata: { name, namespace }, status: wanted },
      });
    } catch (error) {
      const code = error instanceof FlotillaError ? error.code : undefined;
      if (code === 'CONFLICT') logger.warn({ ref: key, reason: messageOf(error) }, 'another writes this status: it is left alone');
      else if (code !== 'NOT_FOUND') throw error;
    }
    return true;
  }
}
