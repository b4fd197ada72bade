import { RE2JS } from 're2js';
import { messageOf } from '@flotilla/errors';
import type { Place } from './place.ts';

const longest = 1024;

/** A regular expression in RE2's syntax, the one Envoy matches with: no lookaround, no references back. */
export function checkRegex(expression: string, at: Place): void {
  if (expression === '') at.refuse('must not be empty', { allowed: 'an RE2 regular expression' });
  else if (expression.length > longest) at.refuse(`is longer than ${longest} characters`, { found: expression });
  else {
    try {
      RE2JS.compile(expression);
    } catch (error) {
      at.refuse(`is not a regular expression: ${messageOf(error).replace('error parsing regexp: ', '')}`, { found: expression, allowed: "RE2's syntax" });
    }
  }
}
