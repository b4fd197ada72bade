export { encodeResources, type EncodedResource, type XdsResource, type XdsResourceName } from './encoded-resource.ts';
export type { Progress, ProxyStanding, ProxyStatus, Refusal, SyncState, TypeStatus } from './proxy-status.ts';
export { ResourceSet, type ResourceChange, type ResourceSetUpdate } from './resource-set.ts';
export { resourceTypes } from './resource-type.ts';
export type { XdsObserver } from './xds-observer.ts';
export { createXdsServer, type XdsServer } from './xds-server.ts';
export type { ConnectedProxy, Target, XdsServerOptions } from './xds-server-options.ts';
