/**
 * Whether a resource of `owner`'s namespace is there for clients in `client`'s namespace.
 * @param exportTo the resource's own list: `.` its own namespace, `*` all, `~` none, or names
 * @param fallback what an empty list means: the mesh's default, everyone unless configured
 */
export function isVisible(
  exportTo: readonly string[] | undefined,
  owner: string,
  client: string,
  fallback: readonly string[] = ['*'],
): boolean {
  const list = exportTo === undefined || exportTo.length === 0 ? fallback : exportTo;
  return list.some((entry) => entry === '*' || entry === client || (entry === '.' && owner === client));
}
