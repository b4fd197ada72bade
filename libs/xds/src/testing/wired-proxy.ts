import { create, fromBinary } from '@bufbuild/protobuf';
import { NodeSchema } from '@flotilla/envoy-api/envoy/config/core/v3/base_pb.js';
import { DeltaDiscoveryResponseSchema, DiscoveryResponseSchema, type DeltaDiscoveryRequest, type DiscoveryRequest } from '@flotilla/envoy-api/envoy/service/discovery/v3/discovery_pb.js';
import { DeltaModel, SotwModel, type AdsResource } from '@flotilla/testing';
import { NameTable } from '../name-table.ts';
import { Responses } from '../response.ts';
import { Suspects } from '../suspects.ts';
import type { Target } from '../xds-server-options.ts';
import type { XdsResponse } from '../xds-messages.ts';
import { XdsStream, type XdsStreamEvents } from '../xds-stream.ts';
import { discoveringReferences, references } from './small-mesh.ts';

type Request = DeltaDiscoveryRequest | DiscoveryRequest;

export interface WiredProxyOptions {
  readonly protocol: 'delta' | 'sotw';
  readonly target: Target;
  readonly discoversVirtualHosts?: boolean;
  readonly suspects?: Suspects;
  readonly maxResponseBytes?: number;
  readonly refuse?: (resources: readonly AdsResource[]) => string | undefined;
  readonly events?: Partial<XdsStreamEvents>;
  /** The proxy took a response in. */
  readonly onReceived?: (response: XdsResponse) => void;
}

/** A stream and a model of an Envoy with two wires between them that move when told to. */
export class WiredProxy {
  readonly model: DeltaModel | SotwModel;
  readonly up: Request[] = [];
  readonly down: XdsResponse[] = [];
  stream: XdsStream;
  now = 0;
  readonly #options: WiredProxyOptions;
  #target: Target;

  constructor(options: WiredProxyOptions) {
    const modelOptions = { node: create(NodeSchema, { id: 'proxy' }), references: options.discoversVirtualHosts === true ? discoveringReferences : references, ...(options.refuse && { refuse: options.refuse }) };
    this.#options = options;
    this.#target = options.target;
    this.model = options.protocol === 'delta' ? new DeltaModel(modelOptions) : new SotwModel(modelOptions);
    this.stream = this.#open();
  }

  subscribe(typeUrl: string, names: readonly string[] = []): void {
    this.up.push(this.model.subscribe(typeUrl, names));
  }

  /** Moves one request to the stream. */
  deliverUp(): boolean {
    const request = this.up.shift();
    if (request === undefined) return false;
    if (request.$typeName === 'envoy.service.discovery.v3.DeltaDiscoveryRequest') this.stream.requestDelta(request, this.now);
    else this.stream.requestSotw(request, this.now);
    return true;
  }

  /** Has the stream send one response. */
  send(): boolean {
    const response = this.stream.next(this.now);
    if (response !== undefined) this.down.push(response);
    return response !== undefined;
  }

  /** Moves one response to the proxy, which answers. */
  deliverDown(): boolean {
    const response = this.down.shift();
    if (response === undefined) return false;
    const requests =
      this.model instanceof DeltaModel
        ? this.model.receive(fromBinary(DeltaDiscoveryResponseSchema, response.bytes.joined()))
        : this.model.receive(fromBinary(DiscoveryResponseSchema, response.bytes.joined()));
    this.up.push(...requests);
    this.#options.onReceived?.(response);
    return true;
  }

  /** Moves everything until nothing moves any more, without any time passing. */
  settle(): void {
    for (let moved = true; moved; ) moved = [this.deliverUp(), this.send(), this.deliverDown()].some(Boolean);
  }

  /** Loses the connection, with what is on the wires, and opens the next, perhaps to a server that shows it something else. */
  reconnect(target = this.#target): void {
    this.stream.close();
    this.#target = target;
    this.up.length = 0;
    this.down.length = 0;
    this.stream = this.#open();
    this.up.push(...this.model.reconnect());
  }

  #open(): XdsStream {
    const tables = new Map<string, NameTable>();
    const { protocol, maxResponseBytes = 1 << 20, events } = this.#options;
    const namesOf = (typeUrl: string): NameTable => tables.get(typeUrl) ?? tables.set(typeUrl, new NameTable()).get(typeUrl)!;
    return new XdsStream({
      protocol,
      target: this.#target,
      namesOf,
      responses: new Responses(),
      suspects: this.#options.suspects ?? new Suspects(),
      maxResponseBytes,
      orderDeadlineMs: 2_000,
      events: { ready: () => undefined, answered: () => undefined, overdue: () => undefined, ...events },
    });
  }
}
