import type { Problem } from '@flotilla/errors';
import type { Snapshot } from '@flotilla/mesh';
import type { EnvoyResource } from '../envoy-resource.ts';
import type { ProxyDescription } from '../proxy.ts';
import { scopeOf } from '../scope.ts';
import { unpatchedProxyResources } from '../translate-proxy.ts';
import { translateScope, unpatchedResources } from '../translate-scope.ts';
import { Patching, type Owner } from './apply-patches.ts';
import type { EnvoyPatch } from './envoy-patch.ts';
import { allPatchesOf, patchSetOf } from './patch-set.ts';

/** What became of one patch at a proxy. */
export interface PatchOutcome {
  /** `EnvoyFilter/<namespace>/<name>`. */
  readonly filter: string;
  /** Its place among the filter's `configPatches`. */
  readonly index: number;
  /** How many resources it changed, added or removed. */
  readonly hits: number;
  /** What is wrong with it; a patch that hits nothing has a warning. */
  readonly problems: readonly Problem[];
}

/** What became of every patch that is for a proxy, in the order in which they are applied. */
export function patchReport(snapshot: Snapshot, proxy: ProxyDescription): PatchOutcome[] {
  const set = patchSetOf(snapshot, proxy);
  const hits = new Map<EnvoyPatch, number>();
  const patched = (owner: Owner, resources: Iterable<EnvoyResource>): void => {
    const patching = new Patching(set, owner, (patch) => hits.set(patch, (hits.get(patch) ?? 0) + 1));
    patching.apply([...resources]);
    patching.added();
  };
  patched('scope', unpatchedResources(translateScope(snapshot, scopeOf(snapshot, proxy))));
  patched('proxy', unpatchedProxyResources(snapshot, proxy));
  return allPatchesOf(snapshot, proxy).map((patch) => {
    const times = hits.get(patch) ?? 0;
    return { filter: patch.filter, index: patch.index, hits: times, problems: problemsOf(patch, times) };
  });
}

function problemsOf({ index, problem }: EnvoyPatch, hits: number): Problem[] {
  if (hits > 0 || problem !== undefined) return problem === undefined ? [] : [problem];
  return [{ path: `spec.configPatches[${index}]`, message: 'hits nothing of what the proxy is given', severity: 'warning' }];
}
