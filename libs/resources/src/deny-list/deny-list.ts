import { Type, type Static } from 'typebox';
import { message } from '../schema/message.ts';
import { text, texts } from '../schema/scalars.ts';
import { StringMatch } from '../schema/string-match.ts';
import { MatchLabelsSelector } from '../schema/workload-selector.ts';

/** Requests to refuse: all that is given must hold; within one list, any entry may. */
export const DenyRule = message(
  {},
  {
    methods: texts(),
    paths: Type.Array(StringMatch),
    headers: Type.Record(Type.String(), StringMatch),
    sourcePrincipals: texts(),
    sourceNamespaces: texts(),
  },
);
export type DenyRule = Static<typeof DenyRule>;

/** Flotilla's own kind: requests that Mixer refuses at the inbound side of the selected workloads. */
export const DenyListSpec = message(
  { rules: Type.Array(DenyRule, { minItems: 1 }) },
  {
    selector: MatchLabelsSelector,
    message: text({ description: 'What the refused client is told.' }),
    status: Type.Literal(403),
  },
  'Requests to refuse at the inbound side of the selected workloads; any rule is enough.',
);
export type DenyListSpec = Static<typeof DenyListSpec>;
