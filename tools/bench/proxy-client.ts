import { create } from '@bufbuild/protobuf';
import { NodeSchema, type Node } from '@flotilla/envoy-api/envoy/config/core/v3/base_pb.js';
import { adsTypes } from '@flotilla/testing';
import { Client, credentials, type ClientDuplexStream } from '@grpc/grpc-js';
import { encodeRequest, readResponse, type DeltaRequest, type DeltaResponse } from './delta-messages.ts';
import { referencesOf, referring, type Wanted } from './references.ts';

const method = '/envoy.service.discovery.v3.AggregatedDiscoveryService/DeltaAggregatedResources';
/** Envoy takes megabytes before it has to say that it goes on reading; HTTP/2's own default is 64 KiB. */
const options = {
  'grpc.max_receive_message_length': -1,
  'grpc.use_local_subchannel_pool': 1,
  'grpc.enable_http_proxy': 0,
  'grpc-node.flow_control_window': 1024 * 1024,
};
const pass = (bytes: Buffer): Buffer => bytes;

export interface ProxyClientOptions {
  /** Tells proxies apart, and gives each an address of its own. */
  readonly index: number;
  readonly namespace: string;
  /** What its node says beside the usual. */
  readonly metadata: Readonly<Record<string, string>>;
  /** Notes what it was sent, to present it on its next stream. */
  readonly remembers: boolean;
  readonly onMessage: (typeUrl: string, bytes: Buffer) => void;
  readonly onEnd: (reason: string) => void;
}

/** What a proxy asked for of one type, and what it has. */
interface Subscription {
  readonly names: Map<string, Uint8Array>;
  readonly held: Map<string, string>;
}

/**
 * One simulated sidecar on a connection of its own. It subscribes as Envoy does over delta ADS (everything of clusters
 * and listeners, then what those name), and acknowledges all it is sent. Of the resources it keeps names and versions at most.
 */
export class ProxyClient {
  readonly #options: ProxyClientOptions;
  readonly #types = new Map<string, Subscription>();
  #client: Client | undefined;
  #stream: ClientDuplexStream<Buffer, Buffer> | undefined;

  constructor(options: ProxyClientOptions) {
    this.#options = options;
  }

  get namespace(): string {
    return this.#options.namespace;
  }

  /** Opens a stream, in place of the one before; on it, it presents what it has. */
  connect(address: string): void {
    this.close();
    const client = new Client(address, credentials.createInsecure(), options);
    const stream: ClientDuplexStream<Buffer, Buffer> = client.makeBidiStreamRequest(method, pass, pass);
    [this.#client, this.#stream] = [client, stream];
    const end = (reason: string): void => {
      if (stream !== this.#stream) return;
      this.close();
      this.#options.onEnd(reason);
    };
    stream.on('data', (bytes: Buffer) => this.#take(bytes));
    stream.on('error', (error) => end(error.message));
    stream.on('end', () => end('the server ended the stream'));
    const before = [...this.#types];
    this.#types.clear();
    const node = nodeOf(this.#options);
    for (const [typeUrl, { names, held }] of before) {
      this.#types.set(typeUrl, { names, held });
      this.#send({ typeUrl, held, subscribe: [...names.values()], ...(typeUrl === before[0]?.[0] ? { node } : {}) });
    }
    if (before.length > 0) return;
    this.#ask(adsTypes.cluster, [], { node });
    this.#ask(adsTypes.listener, []);
  }

  /** Forgets what it has: the next stream is that of a new proxy. */
  forget(): void {
    this.#types.clear();
  }

  /** Versions of what it has, by type and name. */
  held(): ReadonlyMap<string, ReadonlyMap<string, string>> {
    return new Map([...this.#types].map(([typeUrl, { held }]) => [typeUrl, held]));
  }

  /** Stops reading, as a proxy that hangs. */
  pause(): void {
    this.#stream?.pause();
  }

  resume(): void {
    this.#stream?.resume();
  }

  close(): void {
    const [client, stream] = [this.#client, this.#stream];
    [this.#client, this.#stream] = [undefined, undefined];
    stream?.cancel();
    client?.close();
  }

  #take(bytes: Buffer): void {
    const response = readResponse(bytes, (typeUrl) => this.#options.remembers || referring.has(typeUrl));
    this.#options.onMessage(response.typeUrl, bytes);
    if (this.#options.remembers) this.#remember(response);
    this.#send({ typeUrl: response.typeUrl, nonce: response.nonce });
    if (referring.has(response.typeUrl)) this.#follow(response);
  }

  #remember({ typeUrl, resources, removed }: DeltaResponse): void {
    const held = this.#types.get(typeUrl)?.held;
    for (const { name, version } of resources) held?.set(name, version);
    for (const name of removed) held?.delete(name);
  }

  #follow({ typeUrl, resources }: DeltaResponse): void {
    const missing = new Map<string, Wanted[]>();
    for (const resource of resources) {
      for (const { typeUrl: followed, wanted } of referencesOf(typeUrl, resource)) {
        const asked = this.#types.get(followed);
        if (wanted === 'all') {
          if (asked === undefined) this.#ask(followed, []);
          continue;
        }
        const names = missing.get(followed) ?? [];
        for (const each of wanted) if (asked?.names.has(each.name) !== true) names.push(each);
        missing.set(followed, names);
      }
    }
    for (const [followed, names] of missing) if (names.length > 0) this.#ask(followed, names);
  }

  /** Asks for names; for none, in the first request of a type, to be given all there is. */
  #ask(typeUrl: string, names: readonly Wanted[], more: Partial<DeltaRequest> = {}): void {
    let type = this.#types.get(typeUrl);
    if (type === undefined) this.#types.set(typeUrl, (type = { names: new Map(), held: new Map() }));
    for (const { name, frame } of names) type.names.set(name, frame);
    this.#send({ typeUrl, subscribe: names.map(({ frame }) => frame), ...more });
  }

  #send(request: DeltaRequest): void {
    this.#stream?.write(encodeRequest(request));
  }
}

function nodeOf({ index, namespace, metadata }: ProxyClientOptions): Node {
  const ip = `10.200.${(index >> 8) & 255}.${index & 255}`;
  return create(NodeSchema, {
    id: `sidecar~${ip}~load-${index}.${namespace}~${namespace}.svc.cluster.local`,
    cluster: `load.${namespace}`,
    metadata: { NAMESPACE: namespace, CLUSTER_ID: 'Kubernetes', LABELS: { app: 'load' }, SERVICE_ACCOUNT: 'default', INSTANCE_IPS: ip, ...metadata },
  });
}
