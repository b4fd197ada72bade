import { runService } from '@flotilla/runtime';
import { settingsSchema } from './settings.ts';
import { startAgent } from './start-agent.ts';

runService({ name: 'agent', description: 'Runs Envoys beside workloads: bootstraps them, gets their certificates, registers and drains them.', settings: settingsSchema }, startAgent);
