import type { AdsResource } from './ads-resource.ts';

/**
 * Virtual host discovery as Envoy does it: a route configuration that it has takes the virtual hosts that are called
 * after it (`<route configuration>/<name>`), and those that come before it, or after it is gone, are lost, though the
 * stream remembers their versions.
 */
export class VirtualHostWatches {
  readonly #byRoute = new Map<string, Map<string, AdsResource>>();

  get resources(): ReadonlyMap<string, AdsResource> {
    return new Map([...this.#byRoute.values()].flatMap((hosts) => [...hosts]));
  }

  watch(routeConfiguration: string): void {
    if (!this.#byRoute.has(routeConfiguration)) this.#byRoute.set(routeConfiguration, new Map<string, AdsResource>());
  }

  unwatch(routeConfiguration: string): void {
    this.#byRoute.delete(routeConfiguration);
  }

  receive(resources: readonly AdsResource[], removed: readonly string[]): void {
    for (const name of removed) this.#hosts(name)?.delete(name);
    for (const resource of resources) this.#hosts(resource.name)?.set(resource.name, resource);
  }

  #hosts(name: string): Map<string, AdsResource> | undefined {
    return this.#byRoute.get(name.slice(0, Math.max(0, name.lastIndexOf('/'))));
  }
}
