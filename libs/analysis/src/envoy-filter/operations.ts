import { operationsOn, type EnvoyConfigObjectPatch, type PatchOperation } from '@flotilla/resources';
import type { Finding } from '../message.ts';
import { resourceRule } from '../rule.ts';
import { perView, resourcesOf } from '../view.ts';

/** Patches whose operation has no effect on what they are applied to, or one that depends on the order of others. */
export const patchOperations = resourceRule('EnvoyFilter', {
  analyzer: 'envoyfilter.EnvoyPatchAnalyzer',
  codes: ['IST0151', 'IST0152', 'IST0153', 'IST0154', 'IST0155'],
  *check({ spec }, view) {
    for (const [at, patch] of (spec.configPatches ?? []).entries()) {
      const path = `spec.configPatches[${at}].patch.operation`;
      const misplaced = misplacement(patch);
      if (misplaced !== undefined) yield { ...misplaced, path };
      else if (relative.has(patch.patch.operation) && !spec.priority) yield { ...relativeTo(patch, forVersions(view)), path };
    }
  },
});

const relative: ReadonlySet<PatchOperation> = new Set<PatchOperation>(['INSERT_BEFORE', 'INSERT_AFTER', 'REPLACE', 'MERGE', 'MERGE_AND_REPLACE_LIST', 'REMOVE']);

function misplacement({ applyTo, patch: { operation } }: EnvoyConfigObjectPatch): Finding | undefined {
  const ofRoutes = applyTo === 'ROUTE_CONFIGURATION' || applyTo === 'HTTP_ROUTE';
  if (operation === 'ADD' && ofRoutes) return { code: 'IST0153', text: `ADD has no effect on ${applyTo}.` };
  if (operation === 'REMOVE' && ofRoutes) return { code: 'IST0154', text: `REMOVE has no effect on ${applyTo}.` };
  if (operation === 'REPLACE' && !operationsOn[applyTo].includes(operation)) return { code: 'IST0152', text: `REPLACE has no effect on ${applyTo}.` };
  return undefined;
}

function relativeTo(patch: EnvoyConfigObjectPatch, versioned: ReadonlyMap<string, EnvoyConfigObjectPatch>): Finding {
  const { operation } = patch.patch;
  const first = versioned.get(patchedName(patch));
  return first === undefined || first === patch
    ? { code: 'IST0151', text: `${operation} depends on what other EnvoyFilters have done before, and no priority says in which order.` }
    : { code: 'IST0155', text: `${operation} depends on a patch of "${patchedName(patch)}" for certain proxy versions only, and no priority says in which order.` };
}

/** The first patch of each name that is for certain versions of proxies. */
const forVersions = perView((view) => {
  const found = new Map<string, EnvoyConfigObjectPatch>();
  for (const { spec } of resourcesOf(view, 'EnvoyFilter')) {
    for (const patch of spec.configPatches ?? []) if (patch.match?.proxy?.proxyVersion && !found.has(patchedName(patch))) found.set(patchedName(patch), patch);
  }
  return found;
});

/** What a patch is about: the name of what it adds, else of the filter that it looks for. */
function patchedName({ patch, match }: EnvoyConfigObjectPatch): string {
  const { name } = patch.value ?? {};
  return typeof name === 'string' ? name : (match?.listener?.filterChain?.filter?.name ?? '');
}
