export type Labels = Readonly<Record<string, string>>;

/** The key that stands for one label in a namespace. */
export function labelKey(namespace: string, name: string, value: string): string {
  return `${namespace}/${name}=${value}`;
}

/** The one label of a selector by which it is found: any does, so the first by name. None for an empty selector. */
export function leadingLabel(namespace: string, selector: Labels): string | undefined {
  const name = Object.keys(selector).sort()[0];
  return name === undefined ? undefined : labelKey(namespace, name, selector[name] ?? '');
}

/** The keys of all labels. */
export function labelKeys(namespace: string, labels: Labels): string[] {
  return Object.entries(labels).map(([name, value]) => labelKey(namespace, name, value));
}
