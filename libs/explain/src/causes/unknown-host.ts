import { sidecarFor } from '@flotilla/mesh';
import { resourceKey } from '@flotilla/resources';
import type { Cause, Explanation } from '../explanation.ts';
import { meshConfigKey } from './mesh-config-cause.ts';
import type { Question } from './question.ts';

/** What is made for hosts that nobody in the mesh has. */
const forUnknownHosts: ReadonlySet<string> = new Set(['allow_any', 'allow_any_dynamic_dns', 'block_all', 'PassthroughCluster', 'BlackHoleCluster']);

/** Whether a request came to what is kept for hosts that nobody in the mesh has. */
export function isForUnknownHost({ route, clusters }: Explanation): boolean {
  return [route, ...clusters.map(({ name }) => name)].some((name) => name !== null && forUnknownHosts.has(name));
}

/** Whether a request found nobody at all who has its host: a gateway has a virtual host without routes where there are none. */
export function foundNoHost({ error, virtualHost }: Explanation): boolean {
  return error === 'no virtual host matched' || (error === 'no route matched' && virtualHost?.startsWith('blackhole:') === true);
}

/** What says what becomes of such requests: the workload's Sidecar, or the mesh. */
export function unknownHostCauses({ snapshot, proxy, scope }: Question): Cause[] {
  const sidecar = scope.egress?.outboundTrafficPolicy === undefined ? undefined : sidecarFor(snapshot, proxy.namespace, proxy.labels);
  return [{ of: 'unknown host', resource: sidecar === undefined ? meshConfigKey : resourceKey(sidecar), path: 'spec.outboundTrafficPolicy' }];
}
