import { loadSettings, runApp, startTracing } from '@flotilla/runtime';
import { settingsSchema } from './settings.ts';
import { startCitadel } from './start-citadel.ts';

runApp('citadel', async (app) => {
  const settings = loadSettings(settingsSchema, {
    argv: process.argv.slice(2),
    env: process.env,
    name: 'citadel',
    description: "The mesh's certificate authority: signs what workloads ask for, once they proved who they are.",
  });
  app.logger.level = settings.logLevel;
  app.onStop('tracing', await startTracing({ service: 'citadel', otlpEndpoint: settings.otlpEndpoint }));
  await startCitadel(settings, app);
});
