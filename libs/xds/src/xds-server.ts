import type { ServedService } from '@flotilla/rpc';
import type { Progress, ProxyStatus } from './proxy-status.ts';
import type { XdsServerOptions } from './xds-server-options.ts';

/**
 * Serves the aggregated discovery service, state of the world and delta.
 *
 * ```ts
 * const scope = new ResourceSet(key, { resources: translateScope(snapshot, of).resources(), revision });
 * const xds = createXdsServer({
 *   clock, logger,
 *   authorize: (node, spiffeId) => { if (!proves(spiffeId, node.id)) throw new FlotillaError('FORBIDDEN', '...'); },
 *   connect: (proxy) => ({ scope, own: new ResourceSet(proxy.node.id, { resources: own, revision }) }),
 * });
 * await serveGrpc({ address, credentials, services: [xds.service], logger, clock });
 *
 * // A change: tell each set that it touches, then say that the revision is complete.
 * scope.apply({ upserts, removals, revision });
 * xds.advance(revision);
 * xds.progress(revision); // { acked: [...], nacked: [...], waiting: [...] }
 * ```
 */
export interface XdsServer {
  /** To be given to `serveGrpc`; one server may be served on several addresses. */
  readonly service: ServedService;
  /** Says that every set has been brought to `revision`: proxies that it does not concern are at it, too. */
  advance(revision: number): void;
  /** Every proxy connected, by node id. A proxy that reconnected before its old stream ended is in it once. */
  proxies(): readonly ProxyStatus[];
  proxy(id: string): ProxyStatus | undefined;
  /** Which proxies have taken `revision` in. */
  progress(revision: number): Progress;
}

export declare function createXdsServer(options: XdsServerOptions): XdsServer;
