import { createHash } from 'node:crypto';
import { envoyFiltersFor, remember, type Snapshot } from '@flotilla/mesh';
import { matchesExpression, type EnvoyFilter, type ProxyMatch } from '@flotilla/resources';
import { typeUrls } from '../envoy-resource.ts';
import type { ProxyDescription } from '../proxy.ts';
import { isApplicable, patchesOf, type EnvoyPatch } from './envoy-patch.ts';

/** The patches for some proxies, in the order in which they are applied. One object for equal lists of patches. */
export interface PatchSet {
  /** Tells apart what differs in any patch. */
  readonly key: string;
  readonly proxies: ProxyDescription['type'];
  readonly patches: readonly EnvoyPatch[];
  /** The types of the resources that may be changed. */
  readonly typeUrls: ReadonlySet<string>;
}

/** The patches of the EnvoyFilters that select a proxy, of those that can change anything; none where there is no such. */
export function patchSetOf(snapshot: Snapshot, proxy: ProxyDescription): PatchSet | undefined {
  const patches = allPatchesOf(snapshot, proxy).filter(isApplicable);
  return patches.length === 0 ? undefined : oneObject(proxy.type, patches);
}

/** The same with those that can change nothing, as one whose value is not Envoy's. */
export function allPatchesOf(snapshot: Snapshot, proxy: ProxyDescription): EnvoyPatch[] {
  const filters: EnvoyFilter[] = envoyFiltersFor(snapshot, proxy.namespace, proxy.labels);
  return filters.flatMap(patchesOf).filter(({ match }) => proxyMatches(proxy, match.proxy) && contextsOf[proxy.type].includes(match.context ?? 'ANY'));
}

const contextsOf: Readonly<Record<ProxyDescription['type'], readonly string[]>> = {
  sidecar: ['ANY', 'SIDECAR_INBOUND', 'SIDECAR_OUTBOUND'],
  gateway: ['ANY', 'GATEWAY'],
  // They patch Envoys.
  proxyless: [],
};

function proxyMatches({ version, metadata = {} }: ProxyDescription, match: ProxyMatch = {}): boolean {
  if (match.proxyVersion && !matchesExpression(match.proxyVersion, version ?? '')) return false;
  return Object.entries(match.metadata ?? {}).every(([name, value]) => metadata[name] === value);
}

interface Node {
  readonly next: WeakMap<EnvoyPatch, Node>;
  readonly sets: Map<ProxyDescription['type'], PatchSet>;
}

const newNode = (): Node => ({ next: new WeakMap(), sets: new Map() });
const root = newNode();

/** Equal lists are one object for as long as their patches are, so that what they made is made once. */
function oneObject(proxies: ProxyDescription['type'], patches: readonly EnvoyPatch[]): PatchSet {
  const { sets } = patches.reduce((node, patch) => remember(node.next, patch, newNode), root);
  return remember(sets, proxies, () => ({
    key: createHash('sha256').update(JSON.stringify(patches.map(({ filter, index, applyTo, match, patch }) => [filter, index, applyTo, match, patch]))).digest('base64url'),
    proxies,
    patches,
    typeUrls: new Set(patches.flatMap(touchedTypes)),
  }));
}

/** Whether an EnvoyFilter (`EnvoyFilter/<namespace>/<name>`) may change resources of a type that a proxy is given. */
export function isPatchedBy(snapshot: Snapshot, proxy: ProxyDescription, filter: string, typeUrl: string): boolean {
  return patchSetOf(snapshot, proxy)?.patches.some((patch) => patch.filter === filter && touchedTypes(patch).includes(typeUrl)) === true;
}

function touchedTypes({ applyTo }: EnvoyPatch): string[] {
  if (applyTo === 'CLUSTER') return [typeUrls.cluster];
  // Routes of the inbound side are within listeners.
  if (applyTo === 'ROUTE_CONFIGURATION' || applyTo === 'VIRTUAL_HOST' || applyTo === 'HTTP_ROUTE') return [typeUrls.route, typeUrls.listener];
  return [typeUrls.listener];
}
