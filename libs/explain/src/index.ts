export type { ListenerPlace } from './choose-listener.ts';
export { configOfProxy } from './config-of-proxy.ts';
export { explainRequests } from './explain-requests.ts';
export type { Cause, ExplainedCluster, ExplainedEndpoint, ExplainError, Explanation, NearMiss } from './explanation.ts';
export { fieldChanges, type FieldChange } from './field-changes.ts';
export { readProxy } from './read-proxy.ts';
export type { ExplainRequest, RequestTls } from './request.ts';
