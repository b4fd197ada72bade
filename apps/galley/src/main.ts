import { runService } from '@flotilla/runtime';
import { settingsSchema } from './settings.ts';
import { startGalley } from './start-galley.ts';

runService({ name: 'galley', description: 'Takes the configuration of the mesh, checks it, and gives it to the rest of the control plane.', settings: settingsSchema }, startGalley);
