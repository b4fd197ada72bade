import type { WorkloadEntry } from '../resource.ts';
import type { Condition } from '../status.ts';

/** Says that a WorkloadEntry is an endpoint only while it is found healthy: Istio's annotation. */
export const healthChecksAnnotation = 'proxy.istio.io/health-checks-enabled';

/** The condition of a WorkloadEntry's status that says whether it is healthy: Istio's. */
const healthy = 'Healthy';

/** Whether a workload may be sent requests: nobody probes it, or it was found healthy. */
export function isHealthy({ metadata, status }: WorkloadEntry): boolean {
  if (metadata.annotations?.[healthChecksAnnotation] !== 'true') return true;
  return status?.conditions?.some(({ type, status: state }) => type === healthy && state === 'True') ?? false;
}

/**
 * The conditions of a workload after a probe.
 *
 * @param conditions those it had
 * @param message why it is not healthy
 * @param now RFC 3339
 */
export function withHealth(conditions: readonly Condition[], found: { readonly healthy: boolean; readonly message: string }, now: string): Condition[] {
  const status = found.healthy ? 'True' : 'False';
  const before = conditions.find(({ type }) => type === healthy);
  const lastTransitionTime = before?.status === status ? (before.lastTransitionTime ?? now) : now;
  return [...conditions.filter(({ type }) => type !== healthy), { type: healthy, status, ...(found.message === '' ? {} : { message: found.message }), lastTransitionTime }];
}
