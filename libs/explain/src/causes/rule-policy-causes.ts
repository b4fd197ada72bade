import type { HTTPRoute } from '@flotilla/resources';
import type { Cause, PolicyName } from '../explanation.ts';
import { meshConfigCause } from './mesh-config-cause.ts';
import type { Question } from './question.ts';
import type { RuleOfRoute, WrittenField } from './rule-of-route.ts';

/** The fields of a rule that a policy is made of, and what of them says it. */
const fieldsOf: Readonly<Partial<Record<PolicyName, (rule: RuleOfRoute) => readonly (WrittenField | undefined)[]>>> = {
  timeout: (rule) => [rule.field('timeout')],
  retries: (rule) => [rule.field('retries')],
  faults: (rule) => [rule.field('fault')],
  cors: (rule) => [rule.field('corsPolicy')],
  mirrors: (rule) => [rule.field('mirror'), rule.field('mirrors')],
  rewritePath: (rule) => [within(rule.field('rewrite'), ({ rewrite }) => (rewrite?.uriRegexRewrite === undefined ? 'uri' : 'uriRegexRewrite'))],
  rewriteHost: (rule) => [rule.origin.rule.rewrite?.authority ? within(rule.field('rewrite'), () => 'authority') : (headers(rule, 'request')[0] ?? undefined)],
  requestHeaders: (rule) => headers(rule, 'request'),
  responseHeaders: (rule) => headers(rule, 'response'),
};

/**
 * The fields that the policies told of a route come of, and what it answers by itself. What is at its default has no cause.
 *
 * @param rule that of the route; undefined where nobody asks for it
 */
export function rulePolicyCauses({ snapshot, landing: { policies, response } }: Question, rule: RuleOfRoute | undefined): Cause[] {
  const told = Object.keys(policies) as PolicyName[];
  const causes = told.flatMap((of): Cause[] => (rule === undefined ? [] : (fieldsOf[of]?.(rule) ?? []).flatMap((field) => (field === undefined ? [] : [{ of, resource: field.resource, path: field.path }]))));
  const ownRetries = causes.some(({ of }) => of === 'retries');
  const answers = response === null ? [] : [rule?.field('redirect') ?? rule?.field('directResponse')];
  return [
    ...causes,
    ...(told.includes('retries') && !ownRetries ? meshConfigCause(snapshot, 'retries', 'defaultHttpRetryPolicy') : []),
    ...answers.flatMap((field): Cause[] => (field === undefined ? [] : [{ of: 'answer', resource: field.resource, path: field.path }])),
  ];
}

/** A field within a field of a rule. */
function within(field: WrittenField | undefined, name: (rule: HTTPRoute) => string): WrittenField | undefined {
  return field === undefined ? undefined : { ...field, path: `${field.path}.${name(field.rule)}` };
}

/** Operations on headers: those of the rule, and of its destination where there is only one. */
function headers(rule: RuleOfRoute, side: 'request' | 'response'): WrittenField[] {
  const all = rule.field('headers');
  const [only, ...others] = rule.origin.rule.route ?? [];
  const single = others.length === 0 && only?.headers?.[side] !== undefined ? rule.field('route') : undefined;
  return [
    ...(all?.rule.headers?.[side] === undefined ? [] : [{ ...all, path: `${all.path}.${side}` }]),
    ...(single === undefined ? [] : [{ ...single, path: `${single.path}[0].headers.${side}` }]),
  ];
}
