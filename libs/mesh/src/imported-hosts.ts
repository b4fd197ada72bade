import { canonicalHost, hostMatches, isWildcard } from './host-name.ts';

interface Names {
  readonly exact: ReadonlySet<string>;
  readonly wildcards: readonly string[];
}

/** The hosts that an egress listener imports, by the namespace whose services and rules are meant; `*` stands for any. */
export type ImportedHosts = ReadonlyMap<string, Names>;

/** The namespace that stands for all. */
export const anyNamespace = '*';

/**
 * Reads hosts as a Sidecar writes them, `<namespace>/<host>`.
 *
 * @param namespace that of the workload: what `.` stands for
 */
export function importedHosts(written: readonly string[], namespace: string): ImportedHosts {
  const imported = new Map<string, { exact: Set<string>; wildcards: string[] }>();
  for (const text of written) {
    const slash = text.indexOf('/');
    const [where, host] = [text.slice(0, slash), canonicalHost(text.slice(slash + 1))];
    if (where === nowhere) continue;
    const owner = where === '.' ? namespace : where;
    const names = imported.get(owner) ?? { exact: new Set(), wildcards: [] };
    imported.set(owner, names);
    if (isWildcard(host)) names.wildcards.push(host);
    else names.exact.add(host);
  }
  return imported;
}

/** As a namespace: of none. */
const nowhere = '~';

/** Whether a service of a namespace lies within the hosts, as one with a wildcard name must do wholly. */
export function importsService(imported: ImportedHosts, namespace: string, host: string): boolean {
  return within(imported.get(namespace), host) || within(imported.get(anyNamespace), host);
}

/** Whether a rule of a namespace has any host in common with these. */
export function importsRule(imported: ImportedHosts, namespace: string, hosts: readonly string[]): boolean {
  return [imported.get(namespace), imported.get(anyNamespace)].some((names) => names !== undefined && hosts.some((host) => overlaps(names, host)));
}

function within(names: Names | undefined, host: string): boolean {
  return names !== undefined && (names.exact.has(host) || names.wildcards.some((pattern) => hostMatches(pattern, host)));
}

function overlaps(names: Names, host: string): boolean {
  if (within(names, host)) return true;
  return isWildcard(host) && [...names.exact, ...names.wildcards].some((name) => hostMatches(host, name));
}
