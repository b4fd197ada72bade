import { runService } from '@flotilla/runtime';
import { settingsSchema } from './settings.ts';
import { startCitadel } from './start-citadel.ts';

runService({ name: 'citadel', description: "The mesh's certificate authority: signs what workloads ask for, once they proved who they are.", settings: settingsSchema }, startCitadel);
