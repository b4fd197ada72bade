import type { VirtualHost } from '@flotilla/envoy-api/envoy/config/route/v3/route_components_pb.js';
import type { RouteConfiguration } from '@flotilla/envoy-api/envoy/config/route/v3/route_pb.js';

/** How a domain can fit a host, the closest first; within one kind the longer domain is closer. */
const kinds = ['exact', 'suffix', 'prefix', 'any'] as const;

interface Fit {
  readonly host: VirtualHost;
  readonly kind: (typeof kinds)[number];
  readonly length: number;
}

/**
 * The virtual host for an authority: the domain itself, `*.suffix`, `prefix.*`, then `*`, as
 * `VirtualHost.domains` is documented.
 *
 * @param authority host and perhaps port, as the request names it
 */
export function chooseVirtualHost(routes: RouteConfiguration, authority: string): VirtualHost | undefined {
  const host = (routes.ignorePortInHostMatching ? withoutPort(authority) : authority).toLowerCase();
  let closest: Fit | undefined;
  for (const virtualHost of routes.virtualHosts) {
    for (const domain of virtualHost.domains) {
      const kind = fitOf(domain.toLowerCase(), host);
      if (kind === undefined) continue;
      const fit: Fit = { host: virtualHost, kind, length: domain.length };
      if (closest === undefined || closer(fit, closest)) closest = fit;
    }
  }
  return closest?.host;
}

/** `reviews` of `reviews:9080`. */
export function withoutPort(authority: string): string {
  return authority.replace(/:\d+$/, '');
}

function fitOf(domain: string, host: string): Fit['kind'] | undefined {
  if (domain === host) return 'exact';
  if (domain === '*') return 'any';
  // A wildcard stands for at least one character.
  if (domain.startsWith('*')) return host.length >= domain.length && host.endsWith(domain.slice(1)) ? 'suffix' : undefined;
  if (domain.endsWith('*')) return host.length >= domain.length && host.startsWith(domain.slice(0, -1)) ? 'prefix' : undefined;
  return undefined;
}

function closer(a: Fit, b: Fit): boolean {
  const order = kinds.indexOf(a.kind) - kinds.indexOf(b.kind);
  return order < 0 || (order === 0 && a.length > b.length);
}
