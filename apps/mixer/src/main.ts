import { loadSettings, runApp, startTracing } from '@flotilla/runtime';
import { settingsSchema } from './settings.ts';
import { startMixer } from './start-mixer.ts';

runApp('mixer', async (app) => {
  const settings = loadSettings(settingsSchema, {
    argv: process.argv.slice(2),
    env: process.env,
    name: 'mixer',
    description: 'Answers the policy checks of the Envoys, and makes metrics of their access logs.',
  });
  app.logger.level = settings.logLevel;
  app.onStop('tracing', await startTracing({ service: 'flotilla-mixer', otlpEndpoint: settings.otlpEndpoint }));
  const { serving } = await startMixer(settings, app);
  await serving;
});
