import { bucketNames, type BucketName } from './bucket.ts';
import { createResourceStore } from './create-resource-store.ts';
import { keepConnection, type BusSettings, type Connection } from './connection.ts';
import type { ResourceStore } from './resource-store.ts';
import { createTopic, type Topic, type Topics } from './topic.ts';

/** One process's access to the desired state that NATS holds, and to what the others tell. */
export interface Bus {
  /** Whether NATS can be reached at this moment. */
  readonly connected: boolean;
  readonly connection: Connection;
  /** Hears of every change of `connected`; the returned function ends that. */
  onState(listener: (connected: boolean) => void): () => void;
  store(bucket: BucketName): ResourceStore;
  topic<K extends keyof Topics>(name: K): Topic<Topics[K]>;
  close(): Promise<void>;
}

/**
 * Connects to the bus and keeps the connection for ever. Resolves even while NATS is away (see
 * `connected`); rejects UNAUTHENTICATED where it refuses the credentials.
 */
export async function connectBus(settings: BusSettings): Promise<Bus> {
  const connection = await keepConnection(settings);
  const stores = new Map(
    bucketNames.map((bucket) => [bucket, createResourceStore(bucket, connection, settings)] as const),
  );
  return {
    get connected() {
      return connection.connected;
    },
    connection,
    onState: (listener) => connection.onState(listener),
    store(bucket) {
      const store = stores.get(bucket);
      if (store === undefined) throw new TypeError(`no bucket ${bucket}`);
      return store;
    },
    topic: (name) => createTopic(name, connection, settings.logger),
    close: () => connection.close(),
  };
}
