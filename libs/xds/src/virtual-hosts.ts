import type { EncodedResource } from './encoded-resource.ts';

/**
 * The route configuration that a virtual host belongs to: resources of virtual host discovery are called
 * `<route configuration>/<virtual host>`, and Envoy takes the last slash for the border.
 */
export function routeConfigurationOf(virtualHost: string): string {
  return virtualHost.slice(0, Math.max(0, virtualHost.lastIndexOf('/')));
}

const groups = new WeakMap<readonly EncodedResource[], ReadonlyMap<string, readonly EncodedResource[]>>();

/** Virtual hosts by their route configuration; worked out once for an array that many streams share. */
export function byRouteConfiguration(virtualHosts: readonly EncodedResource[]): ReadonlyMap<string, readonly EncodedResource[]> {
  const known = groups.get(virtualHosts);
  if (known !== undefined) return known;
  const made = Map.groupBy(virtualHosts, ({ name }) => routeConfigurationOf(name));
  groups.set(virtualHosts, made);
  return made;
}
