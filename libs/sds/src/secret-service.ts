import type { MessageInitShape } from '@bufbuild/protobuf';
import type { DeltaDiscoveryResponseSchema, DiscoveryResponseSchema } from '@flotilla/envoy-api/envoy/service/discovery/v3/discovery_pb.js';
import { SecretDiscoveryService } from '@flotilla/envoy-api/envoy/service/secret/v3/sds_pb.js';
import { service, type Call, type ServedService } from '@flotilla/rpc';
import type { Logger } from '@flotilla/runtime';
import type { EncodedSecret } from './encoded-secret.ts';

const typeUrl = 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret';

/** Secrets for somebody, replaced now and then. */
export interface SecretSource {
  /** By name; undefined while it is not known yet what there is. */
  current(): Pick<ReadonlyMap<string, EncodedSecret>, 'get'> | undefined;
  /** Calls `listener` after each replacement; the returned function ends that. */
  onChange(listener: () => void): () => void;
}

/** A stream of secrets, of either protocol, as far as it is served alike. */
interface SecretStream<Request, Response> {
  readonly requests: AsyncIterable<Request>;
  write(response: Response): boolean;
}

/**
 * Envoy's secret discovery (SDS v3), delta and state of the world: what was asked for, now and after each replacement.
 *
 * @param secretsFor what there is for a peer; it throws what the peer is refused with
 */
export function secretService(secretsFor: (call: Call) => SecretSource, logger: Logger): ServedService {
  /** Writes what is due whenever something is asked for, and whenever the secrets change. */
  const serve = async <Request extends { readonly errorDetail?: { readonly message: string } | undefined }, Response>(
    stream: SecretStream<Request, Response>,
    secrets: SecretSource,
    change: (request: Request) => void,
    due: () => Response | undefined,
  ): Promise<void> => {
    const push = (): void => {
      const response = due();
      if (response !== undefined) stream.write(response);
    };
    const unfollow = secrets.onChange(push);
    try {
      for await (const request of stream.requests) {
        if (request.errorDetail !== undefined) refused(logger, request.errorDetail.message);
        change(request);
        push();
      }
    } finally {
      unfollow();
    }
  };
  return service(SecretDiscoveryService, {
    deltaSecrets: (stream) => {
      const secrets = secretsFor(stream);
      const subscription = new DeltaSubscription(secrets);
      return serve(stream, secrets, (request) => subscription.change(request), () => subscription.due());
    },
    streamSecrets: (stream) => {
      const secrets = secretsFor(stream);
      const subscription = new Subscription(secrets);
      return serve(stream, secrets, (request) => subscription.change(request.resourceNames), () => subscription.due());
    },
  });
}

function refused(logger: Logger, reason: string): void {
  logger.error({ reason }, 'Envoy refused a secret; it keeps the one before');
}

/** What one delta stream asked for and was sent. */
class DeltaSubscription {
  readonly #secrets: SecretSource;
  /** Version sent, by name; empty for what has yet to be answered. */
  readonly #sent = new Map<string, string>();
  #nonce = 0;

  constructor(secrets: SecretSource) {
    this.#secrets = secrets;
  }

  change(request: { readonly resourceNamesSubscribe: readonly string[]; readonly resourceNamesUnsubscribe: readonly string[]; readonly initialResourceVersions: Readonly<Record<string, string>> }): void {
    // To subscribe again is to ask again, whatever was sent before.
    for (const name of request.resourceNamesSubscribe) this.#sent.set(name, '');
    for (const [name, version] of Object.entries(request.initialResourceVersions)) if (this.#sent.has(name)) this.#sent.set(name, version);
    for (const name of request.resourceNamesUnsubscribe) this.#sent.delete(name);
  }

  /** The response that brings the other side up to date; undefined where it is. */
  due(): MessageInitShape<typeof DeltaDiscoveryResponseSchema> | undefined {
    const current = this.#secrets.current();
    if (current === undefined) return undefined;
    const stale = [...this.#sent].filter(([name, version]) => version !== (current.get(name)?.version ?? absent)).map(([name]) => name);
    if (stale.length === 0) return undefined;
    const found = stale.map((name) => current.get(name)).filter((secret) => secret !== undefined);
    for (const name of stale) this.#sent.set(name, current.get(name)?.version ?? absent);
    this.#nonce += 1;
    return {
      typeUrl,
      nonce: String(this.#nonce),
      resources: found.map(({ name, version, resource }) => ({ name, version, resource })),
      removedResources: stale.filter((name) => current.get(name) === undefined),
    };
  }
}

/** Stands for the version of a secret that does not exist, once that was said. */
const absent = 'absent';

/** What one state of the world stream asked for and was sent. */
class Subscription {
  readonly #secrets: SecretSource;
  #names: readonly string[] = [];
  #sent = '';
  #nonce = 0;

  constructor(secrets: SecretSource) {
    this.#secrets = secrets;
  }

  change(names: readonly string[]): void {
    this.#names = names;
  }

  /** The response that brings the other side up to date; undefined where it is, or nothing it asks for exists. */
  due(): MessageInitShape<typeof DiscoveryResponseSchema> | undefined {
    const current = this.#secrets.current();
    const found = this.#names.map((name) => current?.get(name)).filter((secret) => secret !== undefined);
    const state = found.map(({ name, version }) => `${name}@${version}`).join(' ');
    if (found.length === 0 || state === this.#sent) return undefined;
    this.#sent = state;
    this.#nonce += 1;
    return { typeUrl, versionInfo: String(this.#nonce), nonce: String(this.#nonce), resources: found.map(({ resource }) => resource) };
  }
}
