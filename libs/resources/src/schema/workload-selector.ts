import type { Static } from 'typebox';
import { message } from './message.ts';
import { textMap } from './scalars.ts';

/** `type.istio.io` WorkloadSelector: the workloads that carry all these labels. */
export const MatchLabelsSelector = message({}, { matchLabels: textMap() });
export type MatchLabelsSelector = Static<typeof MatchLabelsSelector>;

/** `networking.istio.io` WorkloadSelector: the same under its older field name. */
export const LabelsSelector = message({}, { labels: textMap() });
export type LabelsSelector = Static<typeof LabelsSelector>;
