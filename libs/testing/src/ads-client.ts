import { create, fromBinary, toBinary, type DescMessage, type MessageShape } from '@bufbuild/protobuf';
import { NodeSchema, type Node } from '@flotilla/envoy-api/envoy/config/core/v3/base_pb.js';
import { DeltaDiscoveryRequestSchema, DeltaDiscoveryResponseSchema, DiscoveryRequestSchema, DiscoveryResponseSchema } from '@flotilla/envoy-api/envoy/service/discovery/v3/discovery_pb.js';
import { Client, credentials as grpcCredentials, type ChannelCredentials, type ClientDuplexStream } from '@grpc/grpc-js';
import { adsTypes, type AdsReference, type AdsResource } from './ads-resource.ts';
import { DeltaModel } from './delta-model.ts';
import { SotwModel } from './sotw-model.ts';

export interface AdsClientOptions {
  /** `127.0.0.1:15010` */
  readonly address: string;
  readonly protocol: 'delta' | 'sotw';
  /** A node, or just its id. */
  readonly node: Node | string;
  /** Types to ask for all of, at once. Default: clusters and listeners, as Envoy does; their endpoints and routes follow. */
  readonly types?: readonly string[];
  /** Default: plaintext. */
  readonly credentials?: ChannelCredentials;
  readonly references?: (resource: AdsResource) => readonly AdsReference[];
  /** Why to refuse a response that holds these; undefined to accept it. */
  readonly refuse?: (resources: readonly AdsResource[]) => string | undefined;
  /** Told of each response after it was taken in, with its size. */
  readonly onResponse?: (typeUrl: string, resources: readonly string[], bytes: number) => void;
}

/** A proxy that is no Envoy: it asks as Envoy asks, acknowledges, and shows what it was given. */
export interface AdsClient {
  /** What it runs of a type. */
  resources(typeUrl: string): ReadonlyMap<string, AdsResource>;
  /** Asks for further names of a type, or for all of it. */
  subscribe(typeUrl: string, names?: readonly string[]): void;
  /** Why the stream ended; undefined while it is open, empty when it was closed in order. */
  readonly ended: string | undefined;
  /** Stops reading, as a proxy that hangs. */
  pause(): void;
  resume(): void;
  /** Loses the stream, and keeps what it has. */
  disconnect(): void;
  /** Opens another stream, which presents what it has, and gives up the one before. */
  reconnect(): void;
  close(): void;
}

/** The half of a client that depends on the protocol. */
interface Side<Request extends DescMessage, Response extends DescMessage> {
  readonly method: string;
  readonly request: Request;
  readonly response: Response;
  readonly model: {
    resources(typeUrl: string): ReadonlyMap<string, AdsResource>;
    subscribe(typeUrl: string, names?: readonly string[]): MessageShape<Request>;
    receive(response: MessageShape<Response>): readonly MessageShape<Request>[];
    reconnect(): readonly MessageShape<Request>[];
  };
  readonly namesIn: (response: MessageShape<Response>) => readonly string[];
  readonly typeOf: (response: MessageShape<Response>) => string;
}

/** Connects to an ADS server at once; wait for what {@link AdsClient.resources} shows with `eventually`. */
export function startAdsClient(options: AdsClientOptions): AdsClient {
  const node = typeof options.node === 'string' ? create(NodeSchema, { id: options.node }) : options.node;
  const modelOptions = { node, ...(options.references && { references: options.references }), ...(options.refuse && { refuse: options.refuse }) };
  const path = '/envoy.service.discovery.v3.AggregatedDiscoveryService/';
  return options.protocol === 'delta'
    ? open(options, {
        method: `${path}DeltaAggregatedResources`,
        request: DeltaDiscoveryRequestSchema,
        response: DeltaDiscoveryResponseSchema,
        model: new DeltaModel(modelOptions),
        namesIn: ({ resources }) => resources.map(({ name }) => name),
        typeOf: ({ typeUrl }) => typeUrl,
      })
    : open(options, {
        method: `${path}StreamAggregatedResources`,
        request: DiscoveryRequestSchema,
        response: DiscoveryResponseSchema,
        model: new SotwModel(modelOptions),
        namesIn: ({ resources }) => resources.map(({ typeUrl }) => typeUrl),
        typeOf: ({ typeUrl }) => typeUrl,
      });
}

function open<Request extends DescMessage, Response extends DescMessage>(options: AdsClientOptions, side: Side<Request, Response>): AdsClient {
  const { address, types = [adsTypes.cluster, adsTypes.listener] } = options;
  const client = new Client(address, options.credentials ?? grpcCredentials.createInsecure(), {
    'grpc.max_receive_message_length': -1,
    'grpc.use_local_subchannel_pool': 1,
    'grpc.enable_http_proxy': 0,
  });
  let ended: string | undefined;
  let stream: ClientDuplexStream<MessageShape<Request>, Uint8Array>;
  const connect = (requests: readonly MessageShape<Request>[]): void => {
    ended = undefined;
    const mine = client.makeBidiStreamRequest(side.method, (request: MessageShape<Request>) => Buffer.from(toBinary(side.request, request)), (bytes): Uint8Array => bytes);
    mine.on('data', (bytes: Uint8Array) => {
      const response = fromBinary(side.response, bytes);
      for (const request of side.model.receive(response)) mine.write(request);
      options.onResponse?.(side.typeOf(response), side.namesIn(response), bytes.length);
    });
    mine.on('error', (error) => {
      if (mine === stream) ended = error.message;
    });
    mine.on('end', () => {
      if (mine === stream) ended ??= '';
    });
    stream = mine;
    for (const request of requests) mine.write(request);
  };
  connect(types.map((typeUrl) => side.model.subscribe(typeUrl)));
  return {
    resources: (typeUrl) => side.model.resources(typeUrl),
    subscribe: (typeUrl, names) => void stream.write(side.model.subscribe(typeUrl, names)),
    get ended() {
      return ended;
    },
    pause: () => stream.pause(),
    resume: () => stream.resume(),
    disconnect: () => stream.cancel(),
    reconnect() {
      const before = stream;
      connect(side.model.reconnect());
      before.cancel();
    },
    close() {
      stream.cancel();
      client.close();
    },
  };
}
