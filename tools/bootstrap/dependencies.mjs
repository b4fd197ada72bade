import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Why what is installed is not what package-lock.json asks for; undefined when it is.
 * Optional packages may be absent: npm leaves out those of other platforms.
 * @param {Record<string, { version?: string, integrity?: string, link?: boolean, optional?: boolean }>} wanted `packages` of package-lock.json
 * @param {Record<string, { version?: string, integrity?: string, link?: boolean }>} installed `packages` of npm's own record in node_modules
 * @returns {string | undefined}
 */
export function staleReason(wanted, installed) {
  for (const [path, { version, integrity, optional = false }] of Object.entries(wanted)) {
    if (!path.includes('node_modules/')) continue;
    const found = installed[path];
    if (found === undefined) {
      if (!optional) return `${path} is missing`;
    } else if (found.version !== version || found.integrity !== integrity) return `${path} is another version`;
  }
  return undefined;
}

function packagesIn(path) {
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).packages : undefined;
}

/**
 * Installs the dependencies with `npm ci` unless exactly they are installed already.
 * @param {string} workspace the folder of package-lock.json
 * @throws {Error} fit to show, when npm fails
 */
export function installDependencies(workspace) {
  const installed = packagesIn(join(workspace, 'node_modules/.package-lock.json'));
  const reason = installed === undefined ? 'nothing is installed' : staleReason(packagesIn(join(workspace, 'package-lock.json')), installed);
  if (reason === undefined && existsSync(join(workspace, 'node_modules/.bin/node'))) return;
  console.log(`Installing dependencies with npm ci (${reason ?? 'the pinned Node is missing'})`);
  const { status, error } = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: workspace, stdio: 'inherit' });
  if (error !== undefined) throw new Error(`npm could not be run: ${error.message}`);
  if (status !== 0) throw new Error('npm ci failed: see its messages above');
}
