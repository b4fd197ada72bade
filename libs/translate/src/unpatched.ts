import { fromBinary } from '@bufbuild/protobuf';
import { VirtualHostSchema, type VirtualHost } from '@flotilla/envoy-api/envoy/config/route/v3/route_components_pb.js';
import type { Snapshot } from '@flotilla/mesh';
import { typeUrls, type EnvoyResource } from './envoy-resource.ts';
import { gatewayLayout } from './gateways/gateway-layout.ts';
import { listenersOf } from './gateways/gateway-listeners.ts';
import { gatewayRoutes } from './gateways/gateway-routes.ts';
import { listenerNamed } from './listeners/scope-listeners.ts';
import type { ProxyDescription } from './proxy.ts';
import { sidecarRoutes } from './routing/sidecar-routes.ts';
import type { Scope } from './scope.ts';
import { unpatchedProxyResources } from './translate-proxy.ts';
import { hostResources, meshClusters } from './translate-scope.ts';

/**
 * Single parts of what a proxy is given as they are before EnvoyFilters patch them, made anew for who asks; undefined for
 * what is not made, or is there because a patch adds it.
 */
export class Unpatched {
  readonly #snapshot: Snapshot;
  readonly #scope: Scope;
  readonly #own: readonly EnvoyResource[];

  constructor(snapshot: Snapshot, scope: Scope, proxy: ProxyDescription) {
    this.#snapshot = snapshot;
    this.#scope = scope;
    this.#own = unpatchedProxyResources(snapshot, proxy);
  }

  /** A listener; where it cannot be told whether there are routes for its port, that with routes first. */
  listeners(name: string): EnvoyResource[] {
    const own = this.#own.filter((resource) => resource.typeUrl === typeUrls.listener && resource.name === name);
    if (own.length > 0) return own;
    const [snapshot, scope] = [this.#snapshot, this.#scope];
    if (scope.type === 'gateway') return gatewayLayout(snapshot, scope).ports.filter((port) => name.endsWith(port.name)).flatMap((port) => listenersOf(snapshot, scope, port)).filter((listener) => listener.name === name);
    return [true, false].flatMap((http) => listenerNamed(snapshot, scope, name, http) ?? []);
  }

  /** @param name `outbound|9080||reviews.shop.svc.cluster.local` for a service's */
  cluster(name: string): EnvoyResource | undefined {
    const [, , , host = ''] = name.split('|');
    const made = [...this.#own, ...meshClusters(this.#snapshot, this.#scope), ...(host === '' ? [] : hostResources(this.#snapshot, this.#scope, host))];
    return made.find((resource) => resource.typeUrl === typeUrls.cluster && resource.name === name);
  }

  /** @param table the route configuration that it is in */
  virtualHost(table: string, name: string): VirtualHost | undefined {
    const source = this.#scope.type === 'gateway' ? gatewayRoutes : sidecarRoutes;
    const part = source.parts(this.#snapshot, this.#scope, name.replace(/:\d+$/, '')).find((one) => one.table === table && one.name === name);
    return part === undefined ? undefined : fromBinary(VirtualHostSchema, part.bytes);
  }
}
