/**
 * The value with every null field left out, for YAML's `match:` with nothing after it means the same as
 * no `match` at all. What has no nulls comes back as it is, uncopied.
 */
export function withoutNulls(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const items = value.map(withoutNulls);
    return items.some((item, index) => item !== value[index]) ? items : value;
  }
  const entries = Object.entries(value);
  const kept = entries.filter(([, field]) => field !== null).map(([name, field]) => [name, withoutNulls(field)] as const);
  const same = kept.length === entries.length && kept.every(([, field], index) => field === entries[index]?.[1]);
  return same ? value : Object.fromEntries(kept);
}
