import { Client, credentials, type ClientDuplexStream } from '@grpc/grpc-js';
import { create, toBinary } from '@bufbuild/protobuf';
import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { NodeSchema, type Node } from '@flotilla/envoy-api/envoy/config/core/v3/base_pb.js';
import { DeltaDiscoveryRequestSchema, type DeltaDiscoveryRequest } from '@flotilla/envoy-api/envoy/service/discovery/v3/discovery_pb.js';
import { adsTypes, envoyReferences, type AdsReference } from '@flotilla/testing';

const method = '/envoy.service.discovery.v3.AggregatedDiscoveryService/DeltaAggregatedResources';
const pass = (bytes: Buffer): Buffer => bytes;

export interface ProxyClientOptions {
  readonly address: string;
  /** Tells proxies apart, and gives each an address of its own. */
  readonly index: number;
  readonly namespace: string;
  readonly onMessage: (bytes: Buffer) => void;
  readonly onEnd: (reason: string) => void;
}

/** What resources refer to, by type, name and version: read once for the whole fleet, for most see the same. */
const known = new Map<string, readonly AdsReference[]>();

/**
 * One simulated sidecar on a connection of its own. It subscribes as Envoy does over delta ADS (everything of clusters
 * and listeners, then the endpoints and routes that those name), acknowledges all it is sent, and keeps none of it.
 */
export class ProxyClient {
  readonly #client: Client;
  readonly #stream: ClientDuplexStream<Buffer, Buffer>;
  readonly #asked = new Set<string>();

  constructor({ address, index, namespace, onMessage, onEnd }: ProxyClientOptions) {
    this.#client = new Client(address, credentials.createInsecure(), { 'grpc.max_receive_message_length': -1, 'grpc.use_local_subchannel_pool': 1 });
    this.#stream = this.#client.makeBidiStreamRequest(method, pass, pass);
    this.#stream.on('data', (bytes: Buffer) => {
      onMessage(bytes);
      this.#take(bytes);
    });
    this.#stream.on('error', (error) => onEnd(error.message));
    this.#send({ typeUrl: adsTypes.cluster, node: nodeOf(index, namespace) });
    this.#send({ typeUrl: adsTypes.listener });
  }

  close(): void {
    this.#stream.cancel();
    this.#client.close();
  }

  #take(bytes: Buffer): void {
    const { typeUrl, nonce, resources } = readResponse(bytes);
    this.#send({ typeUrl, responseNonce: nonce });
    if (typeUrl !== adsTypes.cluster && typeUrl !== adsTypes.listener) return;
    const wanted = new Map<string, string[]>();
    for (const resource of resources) {
      for (const reference of referencesOf(typeUrl, resource)) {
        const names = wanted.get(reference.typeUrl) ?? [];
        for (const name of reference.names) {
          const key = `${reference.typeUrl} ${name}`;
          if (this.#asked.has(key)) continue;
          this.#asked.add(key);
          names.push(name);
        }
        wanted.set(reference.typeUrl, names);
      }
    }
    for (const [type, names] of wanted) if (names.length > 0) this.#send({ typeUrl: type, resourceNamesSubscribe: names });
  }

  #send(request: Partial<Pick<DeltaDiscoveryRequest, 'typeUrl' | 'responseNonce' | 'resourceNamesSubscribe' | 'node'>>): void {
    this.#stream.write(Buffer.from(toBinary(DeltaDiscoveryRequestSchema, create(DeltaDiscoveryRequestSchema, request))));
  }
}

function nodeOf(index: number, namespace: string): Node {
  const ip = `10.200.${(index >> 8) & 255}.${index & 255}`;
  return create(NodeSchema, {
    id: `sidecar~${ip}~load-${index}.${namespace}~${namespace}.svc.cluster.local`,
    cluster: `load.${namespace}`,
    metadata: { NAMESPACE: namespace, CLUSTER_ID: 'Kubernetes', LABELS: { app: 'load' }, SERVICE_ACCOUNT: 'default', INSTANCE_IPS: ip },
  });
}

interface SentResource {
  readonly name: string;
  readonly version: string;
  readonly any: Uint8Array;
}

function referencesOf(typeUrl: string, { name, version, any }: SentResource): readonly AdsReference[] {
  const key = `${typeUrl} ${name} ${version}`;
  let references = known.get(key);
  if (references === undefined) {
    references = envoyReferences({ typeUrl, name, version, bytes: fieldsOf(any).get(2) ?? new Uint8Array() });
    known.set(key, references);
  }
  return references;
}

/**
 * The fields of a `DeltaDiscoveryResponse` that matter here; the fleet must not cost more than it has to. Pilot sends
 * the type before the resources, so those of types that nothing follows from are passed over unread.
 */
function readResponse(bytes: Uint8Array): { readonly typeUrl: string; readonly nonce: string; readonly resources: readonly SentResource[] } {
  const resources: SentResource[] = [];
  let [typeUrl, nonce] = ['', ''];
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag();
    if (field === 4) typeUrl = reader.string();
    else if (field === 5) nonce = reader.string();
    else if (field === 2 && (typeUrl === adsTypes.cluster || typeUrl === adsTypes.listener)) resources.push(readResource(reader.bytes()));
    else reader.skip(wireType, field);
  }
  return { typeUrl, nonce, resources };
}

/** `Resource { version = 1, resource = 2, name = 3 }`. */
function readResource(bytes: Uint8Array): SentResource {
  const fields = fieldsOf(bytes);
  const text = (field: number): string => Buffer.from(fields.get(field) ?? []).toString();
  return { name: text(3), version: text(1), any: fields.get(2) ?? new Uint8Array() };
}

/** The last value of each length-delimited field. */
function fieldsOf(bytes: Uint8Array): Map<number, Uint8Array> {
  const fields = new Map<number, Uint8Array>();
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag();
    if (wireType === WireType.LengthDelimited) fields.set(field, reader.bytes());
    else reader.skip(wireType, field);
  }
  return fields;
}
