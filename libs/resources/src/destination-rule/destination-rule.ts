import { Type, type Static } from 'typebox';
import { message } from '../schema/message.ts';
import { text, textMap, texts } from '../schema/scalars.ts';
import { MatchLabelsSelector } from '../schema/workload-selector.ts';
import { TrafficPolicy } from './traffic-policy.ts';

/** The endpoints of a host that carry some labels, under a name that routes can use. */
export const Subset = message({ name: text() }, { labels: textMap(), trafficPolicy: TrafficPolicy });
export type Subset = Static<typeof Subset>;

/** How clients talk to a host. https://istio.io/latest/docs/reference/config/networking/destination-rule/ */
export const DestinationRuleSpec = message(
  { host: text() },
  { trafficPolicy: TrafficPolicy, subsets: Type.Array(Subset), exportTo: texts(), workloadSelector: MatchLabelsSelector },
  'How clients talk to a host, after routing has chosen it.',
);
export type DestinationRuleSpec = Static<typeof DestinationRuleSpec>;
