/**
 * The route configuration that a virtual host belongs to: resources of virtual host discovery are called
 * `<route configuration>/<virtual host>`, and Envoy takes the last slash for the border.
 */
export function routeConfigurationOf(virtualHost: string): string {
  return virtualHost.slice(0, Math.max(0, virtualHost.lastIndexOf('/')));
}
