import { FlotillaError } from '@flotilla/errors';
import type { ProxyStatus, XdsServer } from '@flotilla/xds';

/**
 * The connected proxy of a node id, or of a workload's name, alone or as name.namespace.
 *
 * @throws FlotillaError NOT_FOUND
 */
export function proxyMeant(xds: Pick<XdsServer, 'proxy' | 'proxies'>, wanted: string): ProxyStatus {
  const found = xds.proxy(wanted) ?? xds.proxies().find(({ id }) => workloadOf(id) === wanted || workloadOf(id).split('.')[0] === wanted);
  if (found === undefined) throw new FlotillaError('NOT_FOUND', `no proxy ${wanted} is connected`);
  return found;
}

/** `reviews-v1.default` of `sidecar~127.20.0.4~reviews-v1.default~default.svc.cluster.local`. */
export function workloadOf(nodeId: string): string {
  return nodeId.split('~')[2] ?? nodeId;
}
