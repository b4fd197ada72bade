/** A moment (milliseconds since the Unix epoch) as Kubernetes writes it: RFC 3339, in whole seconds. */
export function timestampOf(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
}
