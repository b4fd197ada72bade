import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { text } from 'node:stream/consumers';
import { FlotillaError, messageOf } from '@flotilla/errors';
import { errorOfStatus } from './api-error.ts';
import type { ClusterAccess } from './cluster-access.ts';
import { isFields } from './fields.ts';

export type Query = Readonly<Record<string, string | number | boolean>>;

export interface RequestOptions {
  readonly query?: Query;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** The body's, for patches: `application/merge-patch+json`, `application/apply-patch+yaml` (JSON is YAML). */
  readonly contentType?: string;
  readonly signal?: AbortSignal;
}

/** One thing that a watch told. */
export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: unknown;
}

/** How long an answer, or the next part of a watch, may be awaited. */
const silenceMs = 120_000;

/** The API of a cluster over HTTP. */
export class KubernetesApi {
  readonly namespace: string;
  readonly #access: ClusterAccess;
  readonly #agent: http.Agent;

  constructor(access: ClusterAccess) {
    this.#access = access;
    this.namespace = access.namespace;
    const { ca, clientCertificate, insecure } = access;
    const keepAlive = { keepAlive: true, keepAliveMsecs: 30_000 };
    this.#agent = access.server.startsWith('http:')
      ? new http.Agent(keepAlive)
      : new https.Agent({ ...keepAlive, ...clientCertificate, ...(ca === undefined ? {} : { ca }), rejectUnauthorized: insecure !== true });
  }

  /**
   * Asks for something once.
   *
   * @param path as `/api/v1/namespaces/default/pods`
   * @throws FlotillaError with the code of what the server answered; KUBERNETES_UNAVAILABLE where it did not
   */
  async request(method: string, path: string, options: RequestOptions = {}): Promise<unknown> {
    const response = await this.#send(method, path, options);
    const body = parsed(await text(response).catch((error: unknown) => Promise.reject(unavailable(error))));
    if (!isSuccess(response)) throw errorOfStatus(response.statusCode ?? 0, body, `${method} ${path}`);
    return body;
  }

  /**
   * Follows a watch until the server ends it; what it tells comes in portions, as it arrived.
   *
   * @throws FlotillaError as {@link request}
   */
  async *watch(path: string, query: Query, signal: AbortSignal): AsyncGenerator<WatchEvent[]> {
    const response = await this.#send('GET', path, { query: { ...query, watch: true }, signal });
    if (!isSuccess(response)) throw errorOfStatus(response.statusCode ?? 0, parsed(await text(response)), `the watch of ${path}`);
    response.setEncoding('utf8');
    let rest = '';
    try {
      for await (const chunk of response as AsyncIterable<string>) {
        const lines = (rest + chunk).split('\n');
        rest = lines.pop() ?? '';
        if (lines.length > 0) yield lines.map((line) => JSON.parse(line) as WatchEvent);
      }
    } catch (error) {
      throw unavailable(error);
    } finally {
      response.destroy();
    }
  }

  /** Ends idle connections. */
  close(): void {
    this.#agent.destroy();
  }

  async #send(method: string, path: string, { query = {}, body, contentType = 'application/json', signal }: RequestOptions): Promise<IncomingMessage> {
    const { server, token } = this.#access;
    const url = new URL(`${server.replace(/\/$/, '')}${path}`);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, String(value));
    const payload = body === undefined ? undefined : JSON.stringify(body);
    const headers = {
      accept: 'application/json',
      ...(payload === undefined ? {} : { 'content-type': contentType, 'content-length': String(Buffer.byteLength(payload)) }),
      ...(token === undefined ? {} : { authorization: `Bearer ${await token()}` }),
    };
    return new Promise((resolve, reject) => {
      const request = (url.protocol === 'http:' ? http : https).request(url, { method, headers, agent: this.#agent, ...(signal === undefined ? {} : { signal }) }, resolve);
      request.setTimeout(silenceMs, () => request.destroy(new Error('the server has been silent for too long')));
      request.on('error', (error) => reject(unavailable(error)));
      request.end(payload);
    });
  }
}

function isSuccess({ statusCode = 0 }: IncomingMessage): boolean {
  return statusCode >= 200 && statusCode < 300;
}

/** Proxies on the way answer with pages. */
function parsed(body: string): unknown {
  try {
    const value: unknown = JSON.parse(body);
    return isFields(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function unavailable(error: unknown): FlotillaError {
  return new FlotillaError('KUBERNETES_UNAVAILABLE', `The API server of Kubernetes cannot be reached: ${messageOf(error)}`, { cause: error });
}
