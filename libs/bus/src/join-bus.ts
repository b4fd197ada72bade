import { readSecret, type App } from '@flotilla/runtime';
import { connectBus, type Bus } from './bus.ts';

/** Connects a service to the bus by its {@link natsSettings}, as the user of its own name, until the service stops. */
export async function joinBus({ natsUrl, natsPasswordFile }: { readonly natsUrl: readonly string[]; readonly natsPasswordFile?: string }, app: Pick<App, 'name' | 'logger' | 'clock' | 'onStop'>): Promise<Bus> {
  const { name, logger, clock } = app;
  const credentials = natsPasswordFile === undefined ? {} : { user: name, password: await readSecret(natsPasswordFile, '--nats-password-file') };
  const bus = await connectBus({ servers: natsUrl, ...credentials, name, logger, clock });
  app.onStop('bus', () => bus.close());
  return bus;
}
