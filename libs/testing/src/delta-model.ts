import { create } from '@bufbuild/protobuf';
import type { Node } from '@flotilla/envoy-api/envoy/config/core/v3/base_pb.js';
import { DeltaDiscoveryRequestSchema, type DeltaDiscoveryRequest, type DeltaDiscoveryResponse } from '@flotilla/envoy-api/envoy/service/discovery/v3/discovery_pb.js';
import { adsTypes, envoyReferences, type AdsReference, type AdsResource } from './ads-resource.ts';
import { VirtualHostWatches } from './virtual-host-watches.ts';

/** How a model of a proxy behaves. */
export interface AdsModelOptions {
  readonly node: Node;
  /** What a resource makes the proxy ask for. Default: what Envoy asks for. */
  readonly references?: (resource: AdsResource) => readonly AdsReference[];
  /** Why the proxy refuses a response that holds these; undefined to accept it. */
  readonly refuse?: (resources: readonly AdsResource[]) => string | undefined;
}

interface DeltaType {
  readonly resources: Map<string, AdsResource>;
  /** `*` is a name like any other. */
  readonly names: Set<string>;
  asked: boolean;
  /** Asked for all there is. */
  wildcard: boolean;
}

/** What an Envoy does on a delta stream, without the stream: responses in, requests out. */
export class DeltaModel {
  readonly #options: AdsModelOptions;
  readonly #types = new Map<string, DeltaType>();
  readonly #virtualHosts = new VirtualHostWatches();
  #greeted = false;

  constructor(options: AdsModelOptions) {
    this.#options = options;
  }

  /** What the proxy runs of a type. */
  resources(typeUrl: string): ReadonlyMap<string, AdsResource> {
    return typeUrl === adsTypes.virtualHost ? this.#virtualHosts.resources : this.#type(typeUrl).resources;
  }

  names(typeUrl: string): ReadonlySet<string> {
    return this.#type(typeUrl).names;
  }

  /** Asks for names; for none, in the first request of a type, to be given all there is. */
  subscribe(typeUrl: string, names: readonly string[] = []): DeltaDiscoveryRequest {
    const type = this.#type(typeUrl);
    for (const name of names) type.names.add(name);
    type.wildcard ||= names.includes('*') || (names.length === 0 && !type.asked);
    return this.#request(typeUrl, { resourceNamesSubscribe: [...names] });
  }

  unsubscribe(typeUrl: string, names: readonly string[]): DeltaDiscoveryRequest {
    const type = this.#type(typeUrl);
    for (const name of names) {
      type.names.delete(name);
      type.resources.delete(name);
      if (typeUrl === adsTypes.route) this.#virtualHosts.unwatch(name);
    }
    return this.#request(typeUrl, { resourceNamesUnsubscribe: [...names] });
  }

  /** Takes a response in. @returns the answer to it, after what it makes the proxy ask for, as Envoy sends them */
  receive(response: DeltaDiscoveryResponse): readonly DeltaDiscoveryRequest[] {
    const { typeUrl, nonce } = response;
    const resources = response.resources.map(({ name, version, resource }): AdsResource => ({ typeUrl, name, version, bytes: resource?.value ?? new Uint8Array() }));
    const reason = duplicateIn([...resources.map(({ name }) => name), ...response.removedResources]) ?? this.#options.refuse?.(resources);
    if (reason !== undefined) return [this.#request(typeUrl, { responseNonce: nonce, errorDetail: { code: 3, message: reason } })];
    const { resources: held, names, wildcard } = this.#type(typeUrl);
    // Like Envoy: what is no longer asked for may still be on its way.
    for (const resource of resources) if (wildcard || names.has(resource.name)) held.set(resource.name, resource);
    for (const name of response.removedResources) held.delete(name);
    if (typeUrl === adsTypes.route) for (const name of held.keys()) this.#virtualHosts.watch(name);
    if (typeUrl === adsTypes.virtualHost) this.#virtualHosts.receive(resources, response.removedResources);
    return [...this.#follow(typeUrl), this.#request(typeUrl, { responseNonce: nonce })];
  }

  /** The connection was lost. @returns the first requests of the next one: what is wanted, and what is there already */
  reconnect(): readonly DeltaDiscoveryRequest[] {
    this.#greeted = false;
    const asked = [...this.#types].filter(([, type]) => type.asked);
    for (const [, type] of asked) type.asked = false;
    return asked.map(([typeUrl, { names }]) => this.#request(typeUrl, { resourceNamesSubscribe: [...names] }));
  }

  #follow(typeUrl: string): DeltaDiscoveryRequest[] {
    if (typeUrl === adsTypes.route) return this.#discoverVirtualHosts();
    if (typeUrl !== adsTypes.cluster && typeUrl !== adsTypes.listener) return [];
    const followed = typeUrl === adsTypes.cluster ? adsTypes.endpoint : adsTypes.route;
    const references = this.#options.references ?? envoyReferences;
    const wanted = new Set([...this.resources(typeUrl).values()].flatMap((resource) => references(resource)).flatMap((reference) => reference.names));
    const added = [...wanted].filter((name) => !this.names(followed).has(name));
    const dropped = [...this.names(followed)].filter((name) => !wanted.has(name));
    return [...(added.length > 0 ? [this.subscribe(followed, added)] : []), ...(dropped.length > 0 ? [this.unsubscribe(followed, dropped)] : [])];
  }

  /** Asked for once, for all route configurations together, and naming nothing. */
  #discoverVirtualHosts(): DeltaDiscoveryRequest[] {
    const references = this.#options.references ?? envoyReferences;
    const discovers = [...this.resources(adsTypes.route).values()].some((resource) => references(resource).some(({ typeUrl }) => typeUrl === adsTypes.virtualHost));
    return discovers && !this.#type(adsTypes.virtualHost).asked ? [this.subscribe(adsTypes.virtualHost)] : [];
  }

  #request(typeUrl: string, fields: Partial<Omit<DeltaDiscoveryRequest, '$typeName' | 'errorDetail'>> & { readonly errorDetail?: { readonly code: number; readonly message: string } }): DeltaDiscoveryRequest {
    const type = this.#type(typeUrl);
    const initialResourceVersions = type.asked ? {} : Object.fromEntries([...type.resources].map(([name, { version }]) => [name, version]));
    const node = this.#greeted ? {} : { node: this.#options.node };
    type.asked = true;
    this.#greeted = true;
    return create(DeltaDiscoveryRequestSchema, { typeUrl, initialResourceVersions, ...node, ...fields });
  }

  #type(typeUrl: string): DeltaType {
    let type = this.#types.get(typeUrl);
    if (type === undefined) this.#types.set(typeUrl, (type = { resources: new Map(), names: new Set(), asked: false, wildcard: false }));
    return type;
  }
}

/** Envoy refuses a response that names a resource twice. */
function duplicateIn(names: readonly string[]): string | undefined {
  const seen = new Set<string>();
  const duplicate = names.find((name) => seen.size === seen.add(name).size);
  return duplicate === undefined ? undefined : `duplicate name ${duplicate} found among added/updated/removed resources`;
}
