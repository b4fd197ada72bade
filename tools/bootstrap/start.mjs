/**
 * What `npm start` and `npm test` run on a machine where nothing is installed yet: plain JavaScript for the Node
 * that is there. It checks the platform, installs the dependencies, and hands over to a program of the workspace
 * under the pinned Node:
 *
 *   node tools/bootstrap/start.mjs tools/launcher/main.ts --config DIR
 */
import { spawn } from 'node:child_process';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installDependencies } from './dependencies.mjs';
import { platformProblem } from './platform.mjs';

const workspace = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

const problem = platformProblem(process);
if (problem !== undefined) {
  console.error(problem);
  process.exit(1);
}
try {
  installDependencies(workspace);
} catch (error) {
  console.error(error.message);
  process.exit(1);
}

const [entry, ...args] = process.argv.slice(2);
const program = spawn(join(workspace, 'node_modules/.bin/node'), [join(workspace, entry), ...args], {
  // The channel tells the program when this process is gone, however it ended.
  stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  env: { ...process.env, NODE_USE_ENV_PROXY: '1' },
});
// Ctrl-C reaches the program by itself; what is sent to this process alone is passed on.
process.on('SIGINT', () => undefined);
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => program.kill(signal));
program.on('error', (error) => {
  console.error(`${entry} could not be started: ${error.message}. Remove node_modules and try again.`);
  process.exitCode = 1;
});
program.on('exit', (code) => {
  process.exitCode = code ?? 1;
});
