import type { StringMatch } from '../schema/string-match.ts';
import { checkOneAtMost } from './choice.ts';
import type { Place } from './place.ts';
import { checkRegex } from './regex.ts';

interface Leave {
  /** A path may be matched by the empty prefix, which every path has. */
  readonly emptyPrefix?: boolean;
}

/** How a string is matched; an empty match asks only for presence. */
export function checkStringMatch(match: StringMatch | undefined, at: Place, { emptyPrefix = false }: Leave = {}): void {
  if (match === undefined) return;
  checkOneAtMost(match, ['exact', 'prefix', 'regex'], at);
  if (match.prefix === '' && !emptyPrefix) at.at('prefix').refuse('must not be empty');
  if (match.regex !== undefined) checkRegex(match.regex, at.at('regex'));
}
