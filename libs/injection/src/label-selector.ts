import type { LabelSelectorTerm } from './injection-options.ts';

/** Whether a selector of Kubernetes selects these labels; one that asks for nothing selects none here, as Istio has it. */
export function selects({ matchLabels = {}, matchExpressions = [] }: LabelSelectorTerm, labels: Readonly<Record<string, string>>): boolean {
  if (Object.keys(matchLabels).length === 0 && matchExpressions.length === 0) return false;
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, operator, values = [] }) => {
      const value = labels[key];
      switch (operator) {
        case 'In':
          return value !== undefined && values.includes(value);
        case 'NotIn':
          return value === undefined || !values.includes(value);
        case 'Exists':
          return value !== undefined;
        case 'DoesNotExist':
          return value === undefined;
      }
    })
  );
}
