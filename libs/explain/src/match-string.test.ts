import { create } from '@bufbuild/protobuf';
import { RegexMatcherSchema } from '@flotilla/envoy-api/envoy/type/matcher/v3/regex_pb.js';
import { expect, it } from 'vitest';
import { matchesRegex } from './match-string.ts';

it.each([
  ['(?i)B.*', 'banana', true],
  ['a|ab', 'ab', true],
  ['/items/(?P<id>[0-9]+)', '/items/12', true],
  ['\\pL+\\z', 'größe', true],
  ['a', 'ab', false],
  ['(', '(', false],
  // An engine that backtracks would be at it for years.
  ['(a+)+b', 'a'.repeat(5_000), false],
])('%s describes %s: %s', (regex, value, matches) => expect(matchesRegex(create(RegexMatcherSchema, { regex }), value)).toBe(matches));
