import { runService } from '@flotilla/runtime';
import { settingsSchema } from './settings.ts';
import { startPilot } from './start-pilot.ts';

runService({ name: 'pilot', description: 'Turns the configuration of the mesh into what each Envoy runs, over xDS.', settings: settingsSchema }, startPilot);
