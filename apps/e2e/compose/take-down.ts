/** `node take-down.ts PREFIX FOLDER` waits for the end of the suite, and removes everything of the projects PREFIX and PREFIX-*, and FOLDER. */
import { rmSync } from 'node:fs';
import { docker } from '../src/compose.ts';
import { endOfSuite } from '../src/taking-down.ts';

const [prefix = '', folder = ''] = process.argv.slice(2);
if (prefix === '' || folder === '') throw new Error('usage: take-down.ts PREFIX FOLDER');
await endOfSuite();

/** What a listing of docker's has of these projects, by its name or id. */
async function ours(format: string, ...listing: readonly string[]): Promise<string[]> {
  const lines = (await docker(...listing, '--filter', 'label=com.docker.compose.project', '--format', `{{.Label "com.docker.compose.project"}} ${format}`)).split('\n');
  return lines.filter((line) => line.startsWith(`${prefix} `) || line.startsWith(`${prefix}-`)).map((line) => line.slice(line.indexOf(' ') + 1));
}

const containers = await ours('{{.ID}}', 'ps', '-a');
if (containers.length > 0) await docker('rm', '--force', '--volumes', ...containers);
const networks = await ours('{{.ID}}', 'network', 'ls');
if (networks.length > 0) await docker('network', 'rm', ...networks);
const volumes = await ours('{{.Name}}', 'volume', 'ls');
if (volumes.length > 0) await docker('volume', 'rm', ...volumes);
rmSync(folder, { recursive: true, force: true });
