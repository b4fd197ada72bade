import { checkChangedHeader, checkHeaderValue, isAuthorityHeader } from '../validation/header.ts';
import { each, eachEntry, type Place } from '../validation/place.ts';
import type { HeaderOperations, Headers } from './headers.ts';

/** Changes to headers. Which host is asked for may be changed on the way there, but not removed. */
export function checkHeaders(headers: Headers | undefined, at: Place): void {
  checkOperations(headers?.request, true, at.at('request'));
  checkOperations(headers?.response, false, at.at('response'));
}

function checkOperations(operations: HeaderOperations | undefined, authorityAllowed: boolean, at: Place): void {
  for (const field of ['set', 'add'] as const) {
    eachEntry(operations?.[field], at.at(field), (name, value, here) => {
      checkChangedHeader(name, authorityAllowed, here);
      checkHeaderValue(value, here);
    });
  }
  each(operations?.remove, at.at('remove'), (name, here) => checkChangedHeader(name, false, here));
}

/** The host that is asked for can become one other, by a rewrite or by a header, not by both. */
export function checkAuthorityOnce(rewritten: string | undefined, headers: Headers | undefined, at: Place): void {
  let taken = rewritten ? 'rewrite.authority' : undefined;
  for (const field of ['set', 'add'] as const) {
    for (const name of Object.keys(headers?.request?.[field] ?? {})) {
      if (!isAuthorityHeader(name)) continue;
      if (taken !== undefined) at.at('headers').at('request').at(field).at(name).refuse(`changes the host, which ${taken} does already`);
      taken ??= `headers.request.${field}`;
    }
  }
}
