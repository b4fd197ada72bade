import { Gauge, type Registry } from '@flotilla/admin';
import type { Fleet } from './fleet.ts';

const labelNames = ['namespace', 'workload'] as const;

/** Adds what is known of the fleet to `registry`, read off at the time it is asked for. */
export function addMetrics(registry: Registry, fleet: Fleet): void {
  const perWorkload = (name: string, help: string, valueOf: (item: ReturnType<Fleet['list']>[number]['attachment']) => number | undefined): void => {
    new Gauge({
      name,
      help,
      labelNames,
      registers: [registry],
      collect() {
        this.reset();
        for (const { attachment } of fleet.list()) {
          const value = valueOf(attachment);
          if (value !== undefined) this.set({ namespace: attachment.workload.namespace, workload: attachment.workload.name }, value);
        }
      },
    });
  };
  perWorkload('agent_workload_ready', 'Whether the Envoy of a workload is live.', ({ state }) => Number(state === 'ready'));
  perWorkload('agent_workload_registered', 'Whether Galley has the workload.', ({ registered }) => Number(registered));
  perWorkload('agent_envoy_restarts', 'How often the Envoy of a workload was started again.', ({ envoy }) => envoy.restarts);
  perWorkload('agent_certificate_expiry_timestamp_seconds', 'When the certificate of a workload expires, since the epoch.', ({ identity }) => {
    const notAfter = identity?.current().notAfter;
    return notAfter === undefined ? undefined : notAfter / 1000;
  });
}
