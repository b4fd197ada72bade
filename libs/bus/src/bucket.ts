import { kindNamed, parseResourceKey, type MeshResource, type ResourceName } from '@flotilla/resources';

/** The two stores: endpoints move fast and must never wait behind configuration. */
export type BucketName = 'config' | 'endpoints';

export const bucketNames: readonly BucketName[] = ['config', 'endpoints'];

/** The store that resources of `kind` live in. */
export function bucketOfKind(kind: string): BucketName {
  return kind === 'WorkloadEntry' ? 'endpoints' : 'config';
}

/** The JetStream stream behind a bucket, named as NATS's own key-value tools expect. */
export function streamName(bucket: BucketName): string {
  return `KV_${bucket}`;
}

/** Every subject of a bucket. */
export function bucketSubjects(bucket: BucketName): string {
  return `$KV.${bucket}.>`;
}

/** `$KV.config.virtualservices.default.reviews`: one subject a resource, readable by `nats kv get`. */
export function subjectOf(bucket: BucketName, { kind, metadata: { name, namespace } }: Pick<MeshResource, 'kind' | 'metadata'>): string {
  return subjectOfName(bucket, { kind, name, namespace });
}

/** The subject of the resource that a key `Kind/namespace/name` names. */
export function subjectOfKey(bucket: BucketName, key: string): string {
  return subjectOfName(bucket, parseResourceKey(key));
}

function subjectOfName(bucket: BucketName, { kind, namespace, name }: ResourceName): string {
  const plural = kindNamed(kind)?.plural;
  if (plural === undefined) throw new RangeError(`no kind is called ${kind}`);
  return `$KV.${bucket}.${plural}.${namespace}.${name}`;
}
