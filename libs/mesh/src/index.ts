export { isEmptyDelta, type SnapshotDelta } from './delta.ts';
export { endpointPort, type Endpoint } from './endpoint.ts';
export { defaultMeshConfig, type MeshConfig } from './mesh-config.ts';
export { isHttp, protocolOf, type Protocol } from './protocol.ts';
export { serviceId, type Service, type ServicePort } from './service.ts';
import type { MeshResource } from '@flotilla/resources';
import type { SnapshotDelta } from './delta.ts';
import type { MeshConfig } from './mesh-config.ts';

export interface Snapshot { readonly mesh: MeshConfig }
export interface ConfigChange { readonly upserts: readonly MeshResource[]; readonly removals: readonly string[] }
export declare function createSnapshot(mesh: MeshConfig): Snapshot;
export declare function advance(snapshot: Snapshot, change: ConfigChange): { readonly snapshot: Snapshot; readonly delta: SnapshotDelta };
