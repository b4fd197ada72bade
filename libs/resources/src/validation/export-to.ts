import { isDnsLabel } from './domain-name.ts';
import { each, type Place } from './place.ts';

interface Context {
  /** The namespace of the resource; `.` stands for it. Unknown where the document leaves it out. */
  readonly namespace: string | undefined;
  /** Only a ServiceEntry may be kept from everyone, with `~`. */
  readonly noneAllowed?: boolean;
  /** A resource for selected workloads is theirs, and so its own namespace's only. */
  readonly ownNamespaceOnly?: boolean;
}

/** The namespaces a resource is there for: `.`, `*` alone, or names, none of them twice. */
export function checkExportTo(exportTo: readonly string[] | undefined, { namespace, noneAllowed, ownNamespaceOnly }: Context, at: Place): void {
  if (exportTo === undefined || exportTo.length === 0) return;
  const seen = new Set<string>();
  each(exportTo, at, (entry, here) => {
    const meant = entry === '.' ? (namespace ?? entry) : entry;
    if (seen.has(meant)) here.refuse('is there already', { found: entry });
    seen.add(meant);
    if (entry === '~' && noneAllowed !== true) here.refuse('"~" keeps the resource from everyone and is for a ServiceEntry only', { found: entry });
    else if (!['.', '*', '~'].includes(entry) && !isDnsLabel(entry)) here.refuse('is not a namespace', { found: entry, allowed: '".", "*" or the name of a namespace' });
  });
  if (seen.has('*') && exportTo.length > 1) at.refuse('"*" is everyone and cannot be combined with other entries', { found: exportTo });
  if (seen.has('~') && noneAllowed === true && exportTo.length > 1) at.refuse('"~" is no one and cannot be combined with other entries', { found: exportTo });
  if (ownNamespaceOnly !== true) return;
  if (exportTo.length > 1) at.refuse('must have one entry only where there is a workloadSelector', { found: exportTo });
  const [only] = seen;
  if (seen.size === 1 && only !== '.' && only !== namespace) at.refuse('must be the own namespace where there is a workloadSelector', { found: exportTo, allowed: '"."' });
}
