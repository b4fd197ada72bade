import { RE2JS } from 're2js';

/** Whether an RE2 expression, which has been validated, matches some part of a text. */
export function matchesExpression(expression: string, text: string): boolean {
  return RE2JS.compile(expression).matcher(text).find();
}
