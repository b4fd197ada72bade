import { create } from '@bufbuild/protobuf';
import { DiscoveryRequestSchema, type DiscoveryRequest, type DiscoveryResponse } from '@flotilla/envoy-api/envoy/service/discovery/v3/discovery_pb.js';
import { adsTypes, envoyReferences, nameOf, wholeSetTypes, type AdsResource } from './ads-resource.ts';
import type { AdsModelOptions } from './delta-model.ts';

interface SotwType {
  resources: Map<string, AdsResource>;
  names: ReadonlySet<string>;
  asked: boolean;
  /** Of the last response, and of the last that was accepted. */
  nonce: string;
  version: string;
}

/** What an Envoy does on a state-of-the-world stream, without the stream: responses in, requests out. */
export class SotwModel {
  readonly #options: AdsModelOptions;
  readonly #types = new Map<string, SotwType>();
  #greeted = false;

  constructor(options: AdsModelOptions) {
    this.#options = options;
  }

  /** What the proxy runs of a type. */
  resources(typeUrl: string): ReadonlyMap<string, AdsResource> {
    return this.#type(typeUrl).resources;
  }

  names(typeUrl: string): ReadonlySet<string> {
    return this.#type(typeUrl).names;
  }

  /** Asks for exactly these names; for none, of a type that was never asked for by name, to be given all there is. */
  subscribe(typeUrl: string, names: readonly string[] = []): DiscoveryRequest {
    const type = this.#type(typeUrl);
    type.names = new Set(names);
    for (const name of type.resources.keys()) if (names.length > 0 && !type.names.has(name)) type.resources.delete(name);
    return this.#request(typeUrl);
  }

  /** Takes a response in. @returns the answer to it, after what it makes the proxy ask for */
  receive(response: DiscoveryResponse): readonly DiscoveryRequest[] {
    const { typeUrl } = response;
    const type = this.#type(typeUrl);
    type.nonce = response.nonce;
    const resources = response.resources.map(({ value }): AdsResource => ({ typeUrl, name: nameOf(value), version: '', bytes: value }));
    const reason = this.#options.refuse?.(resources);
    if (reason !== undefined) return [this.#request(typeUrl, reason)];
    type.version = response.versionInfo;
    if (wholeSetTypes.has(typeUrl)) type.resources = new Map();
    for (const resource of resources) if (wholeSetTypes.has(typeUrl) || type.names.has(resource.name)) type.resources.set(resource.name, resource);
    return [...this.#follow(typeUrl), this.#request(typeUrl)];
  }

  /** The connection was lost. @returns the first requests of the next one */
  reconnect(): readonly DiscoveryRequest[] {
    this.#greeted = false;
    const asked = [...this.#types].filter(([, type]) => type.asked);
    for (const [, type] of asked) type.nonce = '';
    return asked.map(([typeUrl]) => this.#request(typeUrl));
  }

  #follow(typeUrl: string): DiscoveryRequest[] {
    if (!wholeSetTypes.has(typeUrl)) return [];
    const followed = typeUrl === adsTypes.cluster ? adsTypes.endpoint : adsTypes.route;
    const references = this.#options.references ?? envoyReferences;
    const wanted = new Set([...this.resources(typeUrl).values()].flatMap((resource) => references(resource)).flatMap(({ names }) => names));
    const before = this.names(followed);
    if (wanted.size === before.size && [...wanted].every((name) => before.has(name))) return [];
    const request = this.subscribe(followed, [...wanted]);
    if (wanted.size === 0) this.#type(followed).resources.clear();
    return [request];
  }

  #request(typeUrl: string, reason?: string): DiscoveryRequest {
    const type = this.#type(typeUrl);
    const node = this.#greeted ? {} : { node: this.#options.node };
    type.asked = true;
    this.#greeted = true;
    return create(DiscoveryRequestSchema, {
      typeUrl,
      resourceNames: [...type.names],
      responseNonce: type.nonce,
      versionInfo: type.version,
      ...node,
      ...(reason === undefined ? {} : { errorDetail: { code: 3, message: reason } }),
    });
  }

  #type(typeUrl: string): SotwType {
    let type = this.#types.get(typeUrl);
    if (type === undefined) this.#types.set(typeUrl, (type = { resources: new Map(), names: new Set(), asked: false, nonce: '', version: '' }));
    return type;
  }
}
