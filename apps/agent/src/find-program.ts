import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { FlotillaError } from '@flotilla/errors';

/**
 * Where a program is: `name` itself where it is a path, else the first on `searchPath`.
 * @throws FlotillaError TOOL_MISSING
 */
export function findProgram(name: string, searchPath: string): string {
  const candidates = name.includes('/') ? [resolve(name)] : searchPath.split(delimiter).filter((folder) => folder !== '').map((folder) => resolve(join(folder, name)));
  const found = candidates.find(isProgram);
  if (found === undefined) {
    throw new FlotillaError('TOOL_MISSING', name.includes('/') ? `${name} is no program` : `${name} is not on the PATH; say where it is with --envoy`);
  }
  return found;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
