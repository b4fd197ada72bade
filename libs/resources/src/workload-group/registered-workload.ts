import type { WorkloadEntry, WorkloadGroup } from '../resource.ts';
import { healthChecksAnnotation } from '../workload-entry/health.ts';
import type { WorkloadEntrySpec } from '../workload-entry/workload-entry.ts';

/** Names the WorkloadGroup that a WorkloadEntry was made by: Istio's annotation. */
const groupAnnotation = 'istio.io/autoRegistrationGroup';

/** What a workload says of itself when it registers. */
export interface RegisteringWorkload {
  readonly namespace: string;
  readonly name: string;
  readonly spec: WorkloadEntrySpec & { readonly address: string };
}

/** The labels that a group gives to its workloads. */
export function groupLabels({ spec }: WorkloadGroup): Record<string, string> {
  return { ...spec.metadata?.labels, ...spec.template.labels };
}

/**
 * The WorkloadEntry of a workload that registers itself: what it says, and for the rest what its group says. Labels and
 * ports come together from both. With a probe in the group, it is an endpoint only while it is found healthy.
 */
export function registeredWorkload({ namespace, name, spec }: RegisteringWorkload, group: WorkloadGroup | undefined): WorkloadEntry {
  const { metadata, template, probe } = group?.spec ?? { template: {} };
  const labels = { ...(group === undefined ? {} : groupLabels(group)), ...spec.labels };
  const annotations = {
    ...metadata?.annotations,
    ...(group === undefined ? {} : { [groupAnnotation]: group.metadata.name }),
    ...(probe === undefined ? {} : { [healthChecksAnnotation]: 'true' }),
  };
  return {
    apiVersion: 'networking.istio.io/v1',
    kind: 'WorkloadEntry',
    metadata: { name, namespace, labels, annotations },
    spec: { ...template, ...spec, ports: { ...template.ports, ...spec.ports }, labels },
  };
}
