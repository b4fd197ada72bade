import type { Finding } from '../message.ts';
import { resourceRule } from '../rule.ts';
import { coversConnection, coversRequest } from './covering-match.ts';

/** Rules, and single matches of rules, that are never used, for rules before them take all that they are for. */
export const unreachableRules = resourceRule('VirtualService', {
  analyzer: 'schema.ValidationAnalyzer.VirtualService',
  codes: ['IST0130', 'IST0131'],
  *check({ spec }) {
    yield* unused('spec.http', spec.http, coversRequest);
    yield* unused('spec.tls', spec.tls, coversConnection);
    yield* unused('spec.tcp', spec.tcp, coversConnection);
  },
});

interface Rule<M> {
  readonly name?: string;
  readonly match?: readonly M[];
  /** A delegate may take less than what leads to it. */
  readonly delegate?: unknown;
}

function* unused<M extends object>(path: string, rules: readonly Rule<M>[] = [], covers: (outer: M, inner: M) => boolean): Generator<Finding> {
  const earlier: { readonly rule: string; readonly match: M | undefined }[] = [];
  for (const [at, { name, match = [], delegate }] of rules.entries()) {
    const rule = name ? `"${name}"` : `${at}`;
    const catchAll = earlier.find((one) => one.match === undefined);
    if (catchAll !== undefined) yield { code: 'IST0130', path: `${path}[${at}]`, text: `The rule ${rule} is never used: the rule ${catchAll.rule} before it has no matches and takes everything.` };
    else {
      const taken = match.map((inner) => earlier.find((outer) => outer.match !== undefined && covers(outer.match, inner))?.rule);
      for (const [place, by] of taken.entries()) {
        if (by !== undefined) yield { code: 'IST0131', path: `${path}[${at}].match[${place}]`, text: `The match ${place} of rule ${rule} is never used: the rule ${by} takes the same.` };
      }
      if (taken.length > 0 && !taken.includes(undefined)) yield { code: 'IST0130', path: `${path}[${at}]`, text: `The rule ${rule} is never used: rules before it take all that it matches.` };
    }
    if (delegate === undefined) for (const one of match.length === 0 ? [undefined] : match) earlier.push({ rule, match: one });
  }
}
