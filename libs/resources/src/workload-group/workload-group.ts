import type { Static } from 'typebox';
import { message } from '../schema/message.ts';
import { textMap } from '../schema/scalars.ts';
import { WorkloadEntrySpec } from '../workload-entry/workload-entry.ts';
import { ReadinessProbe } from './probe.ts';

/** What workloads have in common. https://istio.io/latest/docs/reference/config/networking/workload-group/ */
export const WorkloadGroupSpec = message(
  { template: WorkloadEntrySpec },
  { metadata: message({}, { labels: textMap(), annotations: textMap() }), probe: ReadinessProbe },
  'What the WorkloadEntries of workloads that register themselves have in common.',
);
export type WorkloadGroupSpec = Static<typeof WorkloadGroupSpec>;
