/**
 * Brings up a local mesh in the foreground until Ctrl-C. `npm start` runs it; `npm start -- --help` lists its flags.
 */
import { resolve } from 'node:path';
import { loadSettings, runCommand } from '@flotilla/runtime';
import { prepare, workspace } from '../bootstrap/prepare.ts';
import { checkSettings } from './check-settings.ts';
import { claimsOf } from './claims.ts';
import { openHome } from './home.ts';
import { endMeshProcesses } from './mesh-processes.ts';
import { checkPorts } from './port-check.ts';
import { launcherSettings, type LauncherSettings } from './settings.ts';
import { bookshopServices } from './workloads.ts';
import { launch, type LaunchedMesh } from './launch.ts';

const say = (line: string): void => console.log(line);
/** Where the user is: npm itself runs in the workspace. */
const userFolder = process.env['INIT_CWD'] ?? process.cwd();

function readSettings(): LauncherSettings {
  const settings = loadSettings(launcherSettings, { argv: process.argv.slice(2), env: process.env, name: 'npm start --', description: 'Brings up a local mesh in the foreground, until Ctrl-C.' });
  return checkSettings({ ...settings, ...(settings.config === undefined ? {} : { config: resolve(userFolder, settings.config) }) });
}

/** Resolves when the mesh shall stop: at a signal, or when whoever started this process is gone. */
function untilAsked(onAgain: () => void): Promise<undefined> {
  return new Promise((resolve) => {
    const asked = (): void => resolve(undefined);
    let before = false;
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        if (before && signal === 'SIGINT') onAgain();
        before = true;
        asked();
      });
    }
    process.once('disconnect', asked);
  });
}

async function main(): Promise<void> {
  const settings = readSettings();
  const home = openHome(resolve(workspace, settings.home));
  let mesh: LaunchedMesh | undefined;
  const asked = untilAsked(() => {
    mesh?.kill();
    process.exit(130);
  });
  try {
    const ended = await endMeshProcesses(home.root);
    if (ended > 0) say(`Ended ${ended} processes that an earlier start left behind.`);
    const services = bookshopServices(settings.addresses);
    await checkPorts(claimsOf(settings, services), { withinMs: ended > 0 ? 3_000 : 0 });
    const tools = await Promise.race([prepare(say), asked]);
    if (tools === undefined) return;
    mesh = await launch({ settings, home, services, workspace, tools, say });
    const greeted = mesh.ready.then(say);
    await Promise.race([asked, greeted.then(() => asked)]);
    greeted.catch(() => undefined);
    say('Stopping.');
  } finally {
    await mesh?.stop();
    home.release();
  }
}

await runCommand(main);
