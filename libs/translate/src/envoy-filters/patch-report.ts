import type { Problem } from '@flotilla/errors';
import { allEnvoyFilters, type Snapshot } from '@flotilla/mesh';
import type { EnvoyResource } from '../envoy-resource.ts';
import type { ProxyDescription } from '../proxy.ts';
import { scopeOf } from '../scope.ts';
import { unpatchedProxyResources } from '../translate-proxy.ts';
import { translateScope, unpatchedResources } from '../translate-scope.ts';
import { Patching, type Owner } from './apply-patches.ts';
import { patchesOf, type EnvoyPatch } from './envoy-patch.ts';
import { allPatchesOf, patchSetOf } from './patch-set.ts';

/** What became of one patch at some proxies. */
export interface PatchOutcome {
  /** `EnvoyFilter/<namespace>/<name>`. */
  readonly filter: string;
  /** Its place among the filter's `configPatches`. */
  readonly index: number;
  /** How many of the proxies it is for. */
  readonly proxies: number;
  /** How many resources it changed, added or removed at all of them. */
  readonly hits: number;
  /** What is wrong with it; a patch that hits nothing has a warning. */
  readonly problems: readonly Problem[];
}

/** What became of every patch of the mesh at some proxies, by filter and place. */
export function patchReport(snapshot: Snapshot, proxies: Iterable<ProxyDescription>): PatchOutcome[] {
  const hits = new Map<EnvoyPatch, number[]>();
  for (const proxy of proxies) for (const [patch, count] of hitsAt(snapshot, proxy)) hits.set(patch, [...(hits.get(patch) ?? []), count]);
  return allEnvoyFilters(snapshot).flatMap(patchesOf).map((patch) => {
    const counts = hits.get(patch) ?? [];
    const total = counts.reduce((sum, count) => sum + count, 0);
    return { filter: patch.filter, index: patch.index, proxies: counts.length, hits: total, problems: problemsOf(patch, counts.length, total) };
  });
}

/** How often each of the patches that are for a proxy hits something. */
function hitsAt(snapshot: Snapshot, proxy: ProxyDescription): Map<EnvoyPatch, number> {
  const set = patchSetOf(snapshot, proxy);
  const hits = new Map(allPatchesOf(snapshot, proxy).map((patch) => [patch, 0]));
  const patched = (owner: Owner, resources: Iterable<EnvoyResource>): void => {
    const patching = new Patching(set, owner, (patch) => hits.set(patch, (hits.get(patch) ?? 0) + 1));
    patching.apply([...resources]);
    patching.added();
  };
  if (set === undefined) return hits;
  patched('scope', unpatchedResources(translateScope(snapshot, scopeOf(snapshot, proxy))));
  patched('proxy', unpatchedProxyResources(snapshot, proxy));
  return hits;
}

function problemsOf({ index, problem }: EnvoyPatch, proxies: number, hits: number): Problem[] {
  if (problem !== undefined) return [problem];
  const missed = (message: string): Problem[] => [{ path: `spec.configPatches[${index}]`, message, severity: 'warning' }];
  if (proxies === 0) return missed('is for none of the proxies');
  return hits === 0 ? missed('hits nothing of what the proxies are given') : [];
}
