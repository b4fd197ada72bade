import { runService } from '@flotilla/runtime';
import { settingsSchema } from './settings.ts';
import { startMixer } from './start-mixer.ts';

runService({ name: 'mixer', description: 'Answers the policy checks of the Envoys, and makes metrics of their access logs.', settings: settingsSchema }, async (settings, app) => {
  const { serving } = await startMixer(settings, app);
  await serving;
});
