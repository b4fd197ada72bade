import { loadSettings, runApp, startTracing } from '@flotilla/runtime';
import { settingsSchema } from './settings.ts';
import { startAgent } from './start-agent.ts';

runApp('agent', async (app) => {
  const settings = loadSettings(settingsSchema, {
    argv: process.argv.slice(2),
    env: process.env,
    name: 'agent',
    description: 'Runs Envoys beside workloads: bootstraps them, gets their certificates, registers and drains them.',
  });
  app.logger.level = settings.logLevel;
  app.onStop('tracing', await startTracing({ service: 'agent', otlpEndpoint: settings.otlpEndpoint }));
  await startAgent(settings, app);
});
