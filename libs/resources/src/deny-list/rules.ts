import type { DenyList } from '../resource.ts';
import { checkHeaderName } from '../validation/header.ts';
import { checkMetadata } from '../validation/metadata.ts';
import { each, eachEntry, type Place } from '../validation/place.ts';
import { checkSelector } from '../validation/selector.ts';
import { checkStringMatch } from '../validation/string-match.ts';

/** What the schema of a DenyList cannot say. */
export function denyListRules({ metadata, spec }: DenyList, at: Place): void {
  checkMetadata(metadata, at.at('metadata'));
  const here = at.at('spec');
  if (spec.selector !== undefined) checkSelector(spec.selector.matchLabels, here.at('selector').at('matchLabels'));
  each(spec.rules, here.at('rules'), (rule, place) => {
    if (Object.keys(rule).length === 0) place.refuse('has no condition and would refuse every request', { allowed: 'methods, paths, headers, sourcePrincipals, sourceNamespaces' });
    for (const [name, list] of Object.entries(rule)) {
      if (Array.isArray(list) && list.length === 0) place.at(name).refuse('must not be empty, for nothing would match it');
    }
    each(rule.paths, place.at('paths'), (path, one) => checkStringMatch(path, one, { emptyPrefix: true }));
    eachEntry(rule.headers, place.at('headers'), (name, match, one) => {
      checkHeaderName(name, one);
      checkStringMatch(match, one);
    });
  });
}
