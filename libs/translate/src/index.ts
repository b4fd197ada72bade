export { typeUrls, type EnvoyResource, type ResourceName, type ResourceUpdate } from './envoy-resource.ts';
export type { ProxyDescription } from './proxy.ts';
export type { Scope } from './scope.ts';
import type { Node } from '@flotilla/envoy-api/envoy/config/core/v3/base_pb.js';
import type { Snapshot, SnapshotDelta } from '@flotilla/mesh';
import type { EnvoyResource, ResourceUpdate } from './envoy-resource.ts';
import type { ProxyDescription } from './proxy.ts';
import type { Scope } from './scope.ts';

/** What every proxy of a scope runs, at one snapshot: immutable, and the state that makes the next one cheap. */
export interface ScopeTranslation {
  readonly scope: Scope;
  /** Every resource, each name once; made on demand and shared between scopes and snapshots. */
  resources(): Iterable<EnvoyResource>;
}
/** What one proxy runs besides its scope's resources. */
export interface ProxyTranslation {
  readonly proxy: ProxyDescription;
  readonly resources: readonly EnvoyResource[];
}
/** @throws FlotillaError MALFORMED_REQUEST for a node id that is not Istio's */
export declare function proxyFromNode(node: Node): ProxyDescription;
/** Ask again after a delta with `delta.scopes`. */
export declare function scopeOf(snapshot: Snapshot, proxy: ProxyDescription): Scope;
export declare function translateScope(snapshot: Snapshot, scope: Scope): ScopeTranslation;
export declare function retranslateScope(previous: ScopeTranslation, next: Snapshot, delta: SnapshotDelta): { readonly translation: ScopeTranslation } & ResourceUpdate;
export declare function translateProxy(snapshot: Snapshot, scope: Scope, proxy: ProxyDescription): ProxyTranslation;
/** Returns `previous` itself, with no updates, when the delta does not touch the proxy: cheap enough to ask for each proxy. */
export declare function retranslateProxy(previous: ProxyTranslation, next: Snapshot, delta: SnapshotDelta): { readonly translation: ProxyTranslation } & ResourceUpdate;
