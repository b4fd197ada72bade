import { isVisible, resourceKey, type Delegate, type HTTPRoute, type MeshResource, type VirtualService } from '@flotilla/resources';
import { isDeepStrictEqual } from 'node:util';
import { updateKeySets, type KeySets, type Membership } from '../key-sets.ts';
import type { MeshConfig } from '../mesh-config.ts';
import { PersistentMap } from '../persistent-map.ts';
import type { Change } from '../resource-change.ts';
import { gatewayKey } from '../virtual-service-index.ts';
import { delegatedRules } from './merged-rules.ts';

/** Who delegates to whom, and what becomes of it. */
export interface DelegationIndex {
  /** Keys of the VirtualServices that delegate, by the key of the one they delegate to. */
  readonly roots: KeySets;
  /** Those that delegate, with the rules of their delegates in place of their own; by key. */
  readonly merged: PersistentMap<string, VirtualService>;
}

export const noDelegations: DelegationIndex = { roots: PersistentMap.empty(), merged: PersistentMap.empty() };

/**
 * Brings the index up to date.
 *
 * @param resources those after the changes
 * @returns also the changes as traffic sees them: a delegate's change is one of all that delegate to it
 */
export function advanceDelegations(
  index: DelegationIndex,
  changes: readonly Change<VirtualService>[],
  resources: PersistentMap<string, MeshResource>,
  mesh: MeshConfig,
): { readonly index: DelegationIndex; readonly changes: readonly Change<VirtualService>[] } {
  const memberships = (side: 'before' | 'after') => changes.flatMap(({ key, [side]: resource }) => (resource === undefined ? [] : delegatesOf(resource).map((delegate): Membership => [delegate, key])));
  const [removed, added] = [memberships('before'), memberships('after')];
  if (changes.every(({ key }) => !index.roots.has(key)) && removed.length === 0 && added.length === 0) return { index, changes };

  const roots = updateKeySets(index.roots, removed, added);
  const touched = new Map(changes.map((change) => [change.key, change]));
  for (const { key } of changes) {
    for (const root of roots.get(key)?.keys() ?? []) {
      const resource = resources.get(root);
      if (resource?.kind === 'VirtualService' && !touched.has(root)) touched.set(root, { key: root, before: resource, after: resource });
    }
  }
  const seen: Change<VirtualService>[] = [];
  const merged = new Map<string, VirtualService | undefined>();
  for (const { key, before, after } of touched.values()) {
    const old = index.merged.get(key) ?? before;
    const fresh = after === undefined || delegatesOf(after).length === 0 ? after : merge(after, resources, mesh);
    if (isDeepStrictEqual(old, fresh)) continue;
    seen.push({ key, before: old, after: fresh });
    merged.set(key, fresh === after ? undefined : fresh);
  }
  return { index: { roots, merged: index.merged.with(merged) }, changes: seen };
}

function delegatesOf({ metadata, spec }: VirtualService): string[] {
  return (spec.http ?? []).flatMap(({ delegate }) => (delegate === undefined ? [] : keyOf(delegate, metadata.namespace)));
}

function keyOf({ name, namespace }: Delegate, own: string): string {
  return resourceKey({ kind: 'VirtualService', metadata: { name, namespace: namespace || own } });
}

/** A rule as traffic sees it, and where it is written. */
export interface WrittenRule {
  readonly rule: HTTPRoute;
  readonly source: VirtualService;
  /** Its place among the http rules of the source. */
  readonly at: number;
  /** The place of the rule that delegates to the source, which says what the rule itself does not; of one that was delegated. */
  readonly via?: number;
}

/** The http rules of a VirtualService as it is written, those of its delegates in place of rules that delegate. */
export function writtenRules(root: VirtualService, resources: PersistentMap<string, MeshResource>, { domainSuffix, defaultExportTo }: MeshConfig): WrittenRule[] {
  const { namespace } = root.metadata;
  return (root.spec.http ?? []).flatMap((rule, at) => {
    if (rule.delegate === undefined) return [{ rule, source: root, at }];
    // Rules whose delegate is not there, or not for this namespace, are left out alone.
    const delegate = resources.get(keyOf(rule.delegate, namespace));
    if (delegate?.kind !== 'VirtualService' || (delegate.spec.hosts ?? []).length > 0) return [];
    if (!isVisible(delegate.spec.exportTo, delegate.metadata.namespace, namespace, defaultExportTo.virtualService)) return [];
    const match = rule.match?.map((one) => (one.gateways === undefined ? one : { ...one, gateways: one.gateways.map((gateway) => gatewayKey(gateway, namespace)) }));
    return delegatedRules(match === undefined ? rule : { ...rule, match }, delegate, domainSuffix).map((one) => ({ ...one, source: delegate, via: at }));
  });
}

function merge(root: VirtualService, resources: PersistentMap<string, MeshResource>, mesh: MeshConfig): VirtualService {
  return { ...root, spec: { ...root.spec, http: writtenRules(root, resources, mesh).map(({ rule }) => rule) } };
}
