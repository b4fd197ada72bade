import { RE2JS } from 're2js';

/** Whether an RE2 expression, which has been validated, matches some part of a text. */
export function matchesExpression(expression: string, text: string): boolean {
  return RE2JS.compile(expression).matcher(text).find();
}

/** Whether an RE2 expression describes all of a text; what is no expression describes none. Takes time in proportion to the text, whatever it is. */
export function matchesWholly(expression: string, text: string): boolean {
  try {
    return RE2JS.compile(expression).matches(text);
  } catch {
    return false;
  }
}
