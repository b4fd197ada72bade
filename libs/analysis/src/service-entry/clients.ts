/**
 * The namespaces that see what is exported from one; `*` where all do.
 *
 * @param exportTo with what the mesh says where the resource does not
 */
export function clientsOf(namespace: string, exportTo: readonly string[]): string[] {
  return exportTo.map((client) => (client === '.' ? namespace : client));
}

/** Whether somebody sees both. */
export function haveClientsInCommon(some: readonly string[], others: readonly string[]): boolean {
  return some.some((client) => others.includes(client) || others.includes('*') || (client === '*' && others.length > 0));
}
