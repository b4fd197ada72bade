import { eachEntry, type Place } from '../validation/place.ts';

/** Checks what Envoy is to find in its environment. */
export function checkEnvironment(variables: Readonly<Record<string, string>> | undefined, at: Place): void {
  eachEntry(variables, at, (name, value, place) => {
    if (name === '' || /[=\0]/.test(name)) place.refuse('is not the name of an environment variable', { found: name });
    if (value.includes('\0')) place.refuse('is not text that an environment can hold', { found: value });
  });
}
