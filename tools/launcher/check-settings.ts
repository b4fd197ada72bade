import { existsSync, statSync } from 'node:fs';
import { FlotillaError, type Problem } from '@flotilla/errors';
import { partNames, type LauncherSettings, type PartName } from './settings.ts';

/** What each part cannot do without. */
const needs: Partial<Record<PartName, readonly PartName[]>> = {
  galley: ['nats'],
  pilot: ['nats', 'galley'],
  mixer: ['nats', 'galley', 'citadel'],
  bookshop: partNames.filter((name) => name !== 'bookshop'),
};

const loopback = /^(127(\.\d{1,3}){3}|localhost|\[::1\]):\d{1,5}$/;

/**
 * Gives the settings back when they can be run together.
 * @throws FlotillaError INVALID_SETTINGS with all that is wrong
 */
export function checkSettings(settings: LauncherSettings): LauncherSettings {
  const { only, insecureXds, config } = settings;
  const problems: Problem[] = only.flatMap((part) => {
    const missing = (needs[part] ?? []).filter((need) => !only.includes(need));
    return missing.length === 0 ? [] : [{ path: '--only', message: `${part} needs ${missing.join(', ')} too`, found: only.join(',') }];
  });
  if (insecureXds !== undefined && !loopback.test(insecureXds)) {
    problems.push({ path: '--insecure-xds', message: 'plaintext xDS is for this machine alone', found: insecureXds, allowed: 'a loopback address and port, as 127.0.0.1:15010' });
  }
  if (insecureXds !== undefined && !only.includes('pilot')) problems.push({ path: '--insecure-xds', message: 'needs pilot among --only' });
  if (config !== undefined && !(existsSync(config) && statSync(config).isDirectory())) problems.push({ path: '--config', message: 'is not a folder', found: config });
  if (config !== undefined && !only.includes('galley')) problems.push({ path: '--config', message: 'needs galley among --only' });
  if (problems.length > 0) throw new FlotillaError('INVALID_SETTINGS', 'The flags do not go together; npm start -- --help lists them', { problems });
  return settings;
}
