import { isDeepStrictEqual } from 'node:util';
import { resourceKey, type MeshResource } from '@flotilla/resources';
import { aliasesByHost, externalName } from './aliases.ts';
import { ingressOptions, type IngressSettings } from './ingress-options.ts';
import { ingressResources } from './ingress.ts';
import { keyOf } from './inventory.ts';
import type { KubernetesObject } from './object.ts';
import { ObservedObjects } from './observed-objects.ts';
import { serviceEntry } from './services.ts';

export interface CatalogOptions {
  /** `svc.cluster.local` */
  readonly domainSuffix: string;
  /** Where the gateways for Ingresses are. */
  readonly ingressNamespace: string;
}

type Aliases = ReadonlyMap<string, readonly string[]>;

/** Makers of resources: a Service each, one for all Ingresses (they share hosts), one for the names of external Services. */
const ingresses = 'ingresses';
const aliases = 'aliases';

/**
 * The resources that the objects of a running cluster make, kept up to date object by object: the work that a change
 * brings is in proportion to what depends on it, and its outcome is that of making everything anew.
 */
export class ClusterCatalog {
  readonly #options: CatalogOptions;
  readonly #objects = new ObservedObjects();
  readonly #external = new Map<string, KubernetesObject>();
  /** What each maker has made, by key. */
  readonly #made = new Map<string, ReadonlyMap<string, MeshResource>>();
  readonly #resources = new Map<string, MeshResource>();
  readonly #due = new Set<string>([ingresses]);
  #aliases: Aliases = new Map();
  #ingress: IngressSettings = {};

  constructor(options: CatalogOptions) {
    this.#options = options;
  }

  /**
   * Takes in an object.
   *
   * @returns whether it is new or different
   */
  put(object: KubernetesObject): boolean {
    const { kind, metadata } = object;
    return this.#replace(kind, metadata.namespace, metadata.name, object);
  }

  /**
   * @param namespace empty for kinds that are in none
   * @returns whether it was there
   */
  remove(kind: string, namespace: string, name: string): boolean {
    return this.#replace(kind, namespace, name, undefined);
  }

  /** What the mesh's configuration says of Ingresses. */
  set ingressSettings(settings: IngressSettings) {
    this.#ingress = settings;
    this.#due.add(ingresses);
  }

  /** Whether there are changes whose outcome has not been made yet. */
  get unsettled(): boolean {
    return this.#due.size > 0 || this.#objects.stale.size > 0;
  }

  /**
   * Makes anew what the changes touch.
   *
   * @param most how many Services to make at one go, for work that has to be cut into slices
   * @returns the keys of the resources that came, went or differ
   */
  settle(most = Infinity): ReadonlySet<string> {
    const changed = new Set<string>();
    if (this.#due.delete(aliases)) this.#resettleAliases();
    for (const maker of [...this.#due, ...this.#objects.stale].slice(0, most)) {
      this.#due.delete(maker);
      this.#remake(maker, changed);
    }
    return changed;
  }

  get(key: string): MeshResource | undefined {
    return this.#resources.get(key);
  }

  keys(): Iterable<string> {
    return this.#resources.keys();
  }

  /** The objects that it was told of, as far as they matter to a mesh. */
  objects(): Iterable<KubernetesObject> {
    return this.#objects.all();
  }

  #replace(kind: string, namespace: string, name: string, after: KubernetesObject | undefined): boolean {
    const differs = this.#objects.replace(kind, namespace, name, after);
    if (differs && kind === 'Service') this.#remakeService(namespace, name, after);
    return differs;
  }

  #remakeService(namespace: string, name: string, after: KubernetesObject | undefined): void {
    const key = keyOf('Service', namespace, name);
    this.#due.add(key);
    const isExternal = after !== undefined && externalName(after) !== undefined;
    if (isExternal || this.#external.has(key)) this.#due.add(aliases);
    if (isExternal) this.#external.set(key, after);
    else this.#external.delete(key);
  }

  /** The Services whose further names are others now have to be made anew. */
  #resettleAliases(): void {
    const before = this.#aliases;
    this.#aliases = aliasesByHost([...this.#external.values()].sort(byKey), this.#options.domainSuffix);
    for (const host of new Set([...before.keys(), ...this.#aliases.keys()])) {
      if (isDeepStrictEqual(before.get(host), this.#aliases.get(host))) continue;
      const [name = '', namespace = ''] = host.split('.');
      this.#due.add(keyOf('Service', namespace, name));
    }
  }

  #remake(maker: string, changed: Set<string>): void {
    const before = this.#made.get(maker);
    const after = new Map(this.#make(maker).map((resource) => [resourceKey(resource), resource]));
    for (const key of before?.keys() ?? []) {
      if (after.has(key)) continue;
      this.#resources.delete(key);
      changed.add(key);
    }
    for (const [key, resource] of after) {
      if (isDeepStrictEqual(before?.get(key), resource)) continue;
      this.#resources.set(key, resource);
      changed.add(key);
    }
    if (after.size === 0) this.#made.delete(maker);
    else this.#made.set(maker, after);
  }

  #make(maker: string): MeshResource[] {
    const { domainSuffix, ingressNamespace } = this.#options;
    return this.#objects.read(maker, (objects) => {
      if (maker === ingresses) return ingressResources(objects, domainSuffix, ingressOptions(this.#ingress, objects, ingressNamespace));
      const [kind = '', namespace = '', name = ''] = maker.split('/');
      const service = objects.find(kind, namespace, name);
      const entry = service === undefined ? undefined : serviceEntry(service, objects, domainSuffix, this.#aliases);
      return entry === undefined ? [] : [entry];
    });
  }
}

function byKey(a: KubernetesObject, b: KubernetesObject): number {
  return `${a.metadata.namespace}/${a.metadata.name}` < `${b.metadata.namespace}/${b.metadata.name}` ? -1 : 1;
}
