import { eachEntry, type Place } from './place.ts';

/** The labels of a selector: every one with a name, none with a wildcard; without any it selects all. */
export function checkSelector(labels: Readonly<Record<string, string>> | undefined, at: Place): void {
  if (labels === undefined || Object.keys(labels).length === 0) at.warn('has no labels and so selects every workload of the namespace');
  eachEntry(labels, at, (name, value, here) => {
    if (name === '') here.refuse('is a label without a name');
    if (name.includes('*') || value.includes('*')) here.refuse('has a wildcard, which selectors do not know', { found: `${name}=${value}` });
  });
}
