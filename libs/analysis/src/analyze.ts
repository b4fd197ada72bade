import type { Message } from './message.ts';
import type { Rule } from './rule.ts';
import { rules } from './rules.ts';
import type { View } from './view.ts';

export interface AnalysisOptions {
  /** The kinds of a cluster's objects that the view has; all by default. Rules that need others are passed over. */
  readonly knows?: ReadonlySet<string>;
  /** The rules to hold resources against; all by default. */
  readonly by?: readonly Rule[];
}

/**
 * Holds everything against the rules. Gives what is found of one resource by one rule at a time, most often
 * nothing, so that the caller can let others have their turn in between.
 */
export function* analyze(view: View, { knows, by = rules }: AnalysisOptions = {}): Generator<readonly Message[]> {
  for (const { analyzer, needs, checks } of by) {
    if (knows !== undefined && !needs.every((kind) => knows.has(kind))) continue;
    for (const { origin, suppressed, findings } of checks(view)) {
      const heard = [...findings()].filter(({ code }) => !suppressed.includes(code) && !suppressed.includes('*'));
      yield heard.map((finding) => ({ ...finding, origin, analyzer }));
    }
  }
}
