import { rm } from 'node:fs/promises';
import { connectBus, natsServerConfig, type Bus } from '@flotilla/bus';
import { createLogger, systemClock } from '@flotilla/runtime';
import { startNatsServer } from '@flotilla/testing';
import { it, onTestFinished } from 'vitest';
import { MeshState } from './state/mesh-state.ts';
import { followStores } from './store.ts';

const password = 'galley-secret';
const logger = createLogger('galley', { destination: { write: () => undefined } });
const ignore = (): undefined => undefined;

/** Resolves when the last of the stores that are made is there. */
async function made(bus: Bus): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<number>();
  const watch = bus.store('endpoints').watch({ onChange: ignore, onSynced: resolve });
  await promise;
  await watch.stop();
}

it('makes stores again that NATS lost before they had been read', async () => {
  const nats = await startNatsServer((place) => natsServerConfig({ ...place, passwords: { galley: password } }));
  onTestFinished(() => nats.stop());
  const bus = await connectBus({ servers: nats.url, user: 'galley', password, name: 'galley', logger, clock: systemClock });
  onTestFinished(() => bus.close());
  const stopping = new AbortController();
  const stops: (() => unknown)[] = [];
  followStores({
    bus: {
      connection: bus.connection,
      get connected() {
        return bus.connected;
      },
      onState: (listener) => bus.onState(listener),
      store: () => ({ watch: () => ({ synced: false, revision: 0, stop: () => Promise.resolve() }) }),
    },
    state: new MeshState(),
    writer: { refill: () => Promise.resolve(0), storesReady: false },
    dataDir: '',
    replicas: 1,
    app: { logger, clock: systemClock, signal: stopping.signal, onStop: (_name, stop) => stops.push(stop) },
    onSynced: ignore,
    onChange: ignore,
    onReturn: ignore,
  });
  onTestFinished(async () => {
    stopping.abort();
    for (const stop of stops) await stop();
  });
  await made(bus);
  await nats.kill();
  await rm(nats.storeDir, { recursive: true });
  await nats.restart();
  await made(bus);
});
