import { Counter, type Registry } from '@flotilla/admin';
import type { DenyList } from '@flotilla/resources';
import type { Denial } from './deny-index.ts';

/** Counts the checks, and what each rule refused. */
export class DenialCounts {
  readonly #checks: Counter<'outcome'>;
  #byRule = new Map<string, number>();

  constructor(registry: Registry) {
    this.#checks = new Counter({ name: 'mixer_checks_total', help: 'Policy checks answered, by outcome.', labelNames: ['outcome'], registers: [registry] });
  }

  count(denial: Denial | undefined): void {
    this.#checks.inc({ outcome: denial === undefined ? 'allowed' : 'denied' });
    if (denial === undefined) return;
    const key = keyOf(denial.list, denial.rule);
    this.#byRule.set(key, (this.#byRule.get(key) ?? 0) + 1);
  }

  /** How many requests a rule of a list refused. */
  of(list: string, rule: number): number {
    return this.#byRule.get(keyOf(list, rule)) ?? 0;
  }

  /** Forgets the rules that are no more. */
  keep(lists: readonly DenyList[]): void {
    const keys = new Set(lists.flatMap(({ metadata, spec }) => spec.rules.map((_, rule) => keyOf(`${metadata.namespace}/${metadata.name}`, rule))));
    this.#byRule = new Map([...this.#byRule].filter(([key]) => keys.has(key)));
  }
}

function keyOf(list: string, rule: number): string {
  return `${list}#${rule}`;
}
