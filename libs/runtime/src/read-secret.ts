import { readFile } from 'node:fs/promises';
import { FlotillaError, messageOf } from '@flotilla/errors';

/**
 * The text of a file that holds a secret, without the blanks around it.
 *
 * @param setting the name of the setting that named the file, for the error message
 * @throws FlotillaError INVALID_SETTINGS when the file cannot be read or is empty
 */
export async function readSecret(path: string, setting: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw unusable(setting, path, messageOf(error));
  });
  const secret = text.trim();
  if (secret === '') throw unusable(setting, path, 'the file is empty');
  return secret;
}

function unusable(setting: string, path: string, message: string): FlotillaError {
  return new FlotillaError('INVALID_SETTINGS', `the secret of the setting ${setting} cannot be read`, {
    problems: [{ path: setting, message, found: path }],
  });
}
