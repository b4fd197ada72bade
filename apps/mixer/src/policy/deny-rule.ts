import { stringTest, type DenyRule, type StringTest } from '@flotilla/resources';
import { namespaceOf } from '../mesh/principal.ts';
import type { CheckedRequest } from './checked-request.ts';
import { nameTest } from './name-test.ts';

/** Tells whether a rule refuses a request. */
export type RequestTest = (request: CheckedRequest) => boolean;

/** The test a rule stands for: all that it names must hold, and of each list any one entry. */
export function requestTest(rule: DenyRule): RequestTest {
  const conditions = [
    anyOf(rule.methods?.map((method) => stringTest({ exact: method })), ({ method }) => method),
    anyOf(rule.paths?.map(stringTest), ({ path }) => path),
    anyOf(rule.sourcePrincipals?.map((pattern) => nameTest(withoutScheme(pattern))), ({ principal }) => principal && withoutScheme(principal)),
    anyOf(rule.sourceNamespaces?.map(nameTest), ({ principal }) => principal && namespaceOf(principal)),
    ...Object.entries(rule.headers ?? {}).map(([name, match]) => anyOf([stringTest(match)], ({ headers }) => headers[name.toLowerCase()])),
  ].filter((condition) => condition !== undefined);
  return (request) => conditions.every((condition) => condition(request));
}

/** Nothing where the rule does not name it; a request without the value is not meant. */
function anyOf(tests: readonly StringTest[] | undefined, valueOf: (request: CheckedRequest) => string | undefined): RequestTest | undefined {
  if (tests === undefined) return undefined;
  return (request) => {
    const value = valueOf(request);
    return value !== undefined && tests.some((test) => test(value));
  };
}

/** Istio writes principals as `cluster.local/ns/default/sa/reviews`. */
function withoutScheme(principal: string): string {
  return principal.replace(/^spiffe:\/\//, '');
}
