import type { Static } from 'typebox';
import { message } from './message.ts';
import { text } from './scalars.ts';

/** `type.istio.io` PolicyTargetReference: one object that a policy is attached to. */
export const PolicyTargetReference = message({ kind: text(), name: text() }, { group: text(), namespace: text() });
export type PolicyTargetReference = Static<typeof PolicyTargetReference>;
