import type { Place } from './place.ts';

/** RFC 9110: the characters a field name is made of; HTTP/2's own begin with a colon. */
const fieldName = /^:?[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const jwtClaim = '@request.auth.claims';

/** A header's name where it is only read; `@request.auth.claims.x` reads a claim of the request's token. */
export function checkHeaderName(name: string, at: Place): void {
  if (name === '') at.refuse('is a header without a name');
  else if (!isJwtClaim(name) && !fieldName.test(name)) at.refuse('is not the name of a header', { found: name });
}

/** Whether a header match reads a claim of the request's token instead of a header. */
export function isJwtClaim(name: string): boolean {
  return name.startsWith(`${jwtClaim}.`) || name.startsWith(`${jwtClaim}[`);
}

/** Whether a header says which host is asked for. */
export function isAuthorityHeader(name: string): boolean {
  return [':authority', 'host'].includes(name.toLowerCase());
}

/** A header's name where it is changed; which host is asked for may be changed on the way there only. */
export function checkChangedHeader(name: string, authorityAllowed: boolean, at: Place): void {
  if (name === '') at.refuse('is a header without a name');
  else if (authorityAllowed && isAuthorityHeader(name)) return;
  else if (isAuthorityHeader(name) || name.startsWith(':')) at.refuse('is a header that cannot be changed here', { found: name });
  else if (!fieldName.test(name)) at.refuse('is not the name of a header', { found: name });
}

/** Envoy's commands, `%REQ(x)%`, `%START_TIME(%s)%`, `%PROTOCOL%`, `%REQ(X):10%`, among plain text; `%%` is a percent sign. */
const headerValue = /^(?:[^%]|%%|%[A-Za-z0-9_]+(?:\((?:[^()"]|"[^"]*")*\))?(?::\d+)?%)*$/;

/** A header's new value: text in which every `%` is doubled or belongs to one of Envoy's commands. */
export function checkHeaderValue(value: string, at: Place): void {
  if (!headerValue.test(value)) at.refuse('has a "%" that begins no command', { found: value, allowed: '%COMMAND%, or %% for a percent sign' });
}
