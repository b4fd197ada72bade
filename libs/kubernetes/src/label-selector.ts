import { isRecord, selectorMatches } from '@flotilla/resources';
import { records, strings, texts } from './object.ts';

type Labels = Readonly<Record<string, string>>;

/** Whether Kubernetes' LabelSelector takes labels in; one that is left out takes all. */
export function labelSelectorMatches(selector: unknown, labels: Labels): boolean {
  if (!isRecord(selector)) return true;
  return selectorMatches(texts(selector['matchLabels']), labels) && records(selector['matchExpressions']).every((expression) => holds(expression, labels));
}

function holds({ key, operator, values }: Readonly<Record<string, unknown>>, labels: Labels): boolean {
  const value = typeof key === 'string' ? labels[key] : undefined;
  if (operator === 'Exists') return value !== undefined;
  if (operator === 'DoesNotExist') return value === undefined;
  const listed = value !== undefined && strings(values).includes(value);
  return operator === 'NotIn' ? !listed : operator === 'In' && listed;
}
