/** Whether some name is meant by both hosts, either of which may be a wildcard as `*.example.com`. */
export function hostsOverlap(one: string, other: string): boolean {
  if (one.startsWith('*')) return within(other, one) || within(one, other);
  return other.startsWith('*') ? within(one, other) : one === other;
}

/** Whether every name that `inner` means is meant by `outer` too. */
export function within(inner: string, outer: string): boolean {
  if (!outer.startsWith('*')) return inner === outer;
  const end = outer.slice(1);
  return inner.startsWith('*') ? inner.slice(1).endsWith(end) : inner.endsWith(end);
}
