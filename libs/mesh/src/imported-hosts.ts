import { canonicalHost, hostMatches, isWildcard } from './host-name.ts';

interface Names {
  readonly exact: ReadonlySet<string>;
  readonly wildcards: readonly string[];
}

/** Hosts by the namespace whose services and rules are meant; `*` stands for any. */
type HostsByNamespace = ReadonlyMap<string, Names>;

/** The hosts that an egress listener imports. */
export interface ImportedHosts {
  readonly included: HostsByNamespace;
  /** Not these, whatever includes them. */
  readonly excluded: HostsByNamespace;
}

/** The namespace that stands for all. */
export const anyNamespace = '*';

/** Before a namespace, or instead of one for all of them: hosts that are not imported. */
const without = '~';

/** Older than leaving out: hosts of no namespace. */
const nothing = '~/*';

/**
 * Reads hosts as a Sidecar writes them, `<namespace>/<host>`, or `~<namespace>/<host>` for those to leave out.
 *
 * @param namespace that of the workload: what `.` stands for
 */
export function importedHosts(written: readonly string[], namespace: string): ImportedHosts {
  const excluded = written.filter((text) => text.startsWith(without) && text !== nothing);
  const included = written.filter((text) => !text.startsWith(without));
  return { included: byNamespace(included, namespace), excluded: byNamespace(excluded.map((text) => text.slice(without.length)), namespace) };
}

function byNamespace(written: readonly string[], namespace: string): HostsByNamespace {
  const hosts = new Map<string, { exact: Set<string>; wildcards: string[] }>();
  for (const text of written) {
    const slash = text.indexOf('/');
    const [where, host] = [text.slice(0, slash), canonicalHost(text.slice(slash + 1))];
    const owner = where === '.' ? namespace : where || anyNamespace;
    const names = hosts.get(owner) ?? { exact: new Set(), wildcards: [] };
    hosts.set(owner, names);
    if (isWildcard(host)) names.wildcards.push(host);
    else names.exact.add(host);
  }
  return hosts;
}

/** Whether a service of a namespace lies within the hosts, as one with a wildcard name must do wholly. */
export function importsService({ included, excluded }: ImportedHosts, namespace: string, host: string): boolean {
  return holds(included, namespace, host) && !holds(excluded, namespace, host);
}

/** Whether a rule of a namespace has any host in common with these. */
export function importsRule({ included, excluded }: ImportedHosts, namespace: string, hosts: readonly string[]): boolean {
  const left = excluded.size === 0 ? hosts : hosts.filter((host) => !holds(excluded, namespace, host));
  return [included.get(namespace), included.get(anyNamespace)].some((names) => names !== undefined && left.some((host) => overlaps(names, host)));
}

function holds(hosts: HostsByNamespace, namespace: string, host: string): boolean {
  return within(hosts.get(namespace), host) || within(hosts.get(anyNamespace), host);
}

function within(names: Names | undefined, host: string): boolean {
  return names !== undefined && (names.exact.has(host) || names.wildcards.some((pattern) => hostMatches(pattern, host)));
}

function overlaps(names: Names, host: string): boolean {
  if (within(names, host)) return true;
  return isWildcard(host) && [...names.exact, ...names.wildcards].some((name) => hostMatches(host, name));
}
