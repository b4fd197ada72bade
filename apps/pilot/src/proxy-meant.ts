import { FlotillaError } from '@flotilla/errors';
import type { ProxyStatus, XdsServer } from '@flotilla/xds';

/**
 * The connected proxy of a node id, or of a workload's name: with its namespace, or alone when only one has it.
 *
 * @throws FlotillaError NOT_FOUND, or MALFORMED_REQUEST when it could be several
 */
export function proxyMeant(xds: Pick<XdsServer, 'proxy' | 'proxies'>, wanted: string): ProxyStatus {
  const byId = xds.proxy(wanted);
  if (byId !== undefined) return byId;
  const proxies = xds.proxies();
  const matches = proxies.filter(({ id }) => [workloadOf(id), workloadOf(id).split('.')[0]].includes(wanted));
  const [first, ...more] = matches;
  const names = (all: readonly ProxyStatus[]): string => all.map(({ id }) => workloadOf(id)).sort().join(', ');
  if (first === undefined) throw new FlotillaError('NOT_FOUND', proxies.length === 0 ? 'No proxy is connected.' : `No proxy "${wanted}" is connected; there are ${names(proxies)}.`);
  if (more.length > 0) throw new FlotillaError('MALFORMED_REQUEST', `"${wanted}" could be any of ${names(matches)}.`);
  return first;
}

/** `reviews-v1.default` of `sidecar~127.20.0.4~reviews-v1.default~default.svc.cluster.local`. */
export function workloadOf(nodeId: string): string {
  return nodeId.split('~')[2] ?? nodeId;
}
