export { bucketNames, bucketOfKind, type BucketName } from './bucket.ts';
export { connectBus, type Bus } from './bus.ts';
export { type BusSettings } from './connection.ts';
export { ensureBuckets } from './ensure-buckets.ts';
export { busUsers, natsServerConfig, type BusUser, type NatsCluster, type NatsServerSettings } from './nats-server-config.ts';
export { type ResourceChange, type ResourceStore, type Watch, type WatchOptions } from './resource-store.ts';
export { natsSettings } from './nats-settings.ts';
export { joinBus } from './join-bus.ts';
