import type { Rule } from './rule.ts';
import { severalSidecarsForAll } from './sidecar/several-for-all.ts';

/** Every rule there is. */
export const rules: readonly Rule[] = [severalSidecarsForAll];
