import { checkOneAtMost } from '../validation/choice.ts';
import { each, type Place } from '../validation/place.ts';
import { checkRegex } from '../validation/regex.ts';
import type { HTTPDirectResponse, HTTPRedirect, HTTPRewrite } from './http-actions.ts';
import type { HTTPMatchRequest } from './match.ts';

/** A status that Envoy can answer with. */
export function checkHttpStatus(status: number, at: Place): void {
  if (status < 200 || status > 599) at.refuse('is not a status to answer with', { found: status, allowed: '200 to 599' });
}

const redirectCodes = [301, 302, 303, 307, 308];

export function checkRedirect(redirect: HTTPRedirect | undefined, match: readonly HTTPMatchRequest[] | undefined, at: Place): void {
  if (redirect === undefined) return;
  const { uri, prefixRewrite, authority, port, derivePort, scheme, redirectCode } = redirect;
  if (!uri && !prefixRewrite && !authority && port === undefined && derivePort === undefined && !scheme) {
    at.refuse('must change something', { allowed: 'uri, prefixRewrite, authority, port, derivePort, scheme' });
  }
  checkOneAtMost(redirect, ['port', 'derivePort'], at);
  if (uri && prefixRewrite) at.refuse('has uri and prefixRewrite, of which only one may be given');
  if (prefixRewrite) {
    each(match, at, ({ uri: matched }) => {
      if (matched !== undefined && matched.prefix === undefined) at.at('prefixRewrite').refuse('replaces a prefix, and the rule matches by something else', { allowed: 'uri.prefix in every match' });
    });
  }
  if (scheme && scheme !== 'http' && scheme !== 'https') at.at('scheme').refuse('is not a scheme to redirect to', { found: scheme, allowed: 'http, https' });
  const code = at.at('redirectCode');
  if (redirectCode && (redirectCode < 300 || redirectCode > 399)) code.refuse('is not a status that redirects', { found: redirectCode, allowed: redirectCodes.join(', ') });
  else if (redirectCode && !redirectCodes.includes(redirectCode)) code.warn('is not a status that Envoy redirects with; 301 is used', { found: redirectCode, allowed: redirectCodes.join(', ') });
}

const kilobyte = 1024;
const large = 100 * kilobyte;
const largest = 1024 * kilobyte;
const base64 = /^(?:[A-Za-z0-9+/_-]{4})*(?:[A-Za-z0-9+/_-]{2}(?:==)?|[A-Za-z0-9+/_-]{3}=?)?$/;

export function checkDirectResponse(response: HTTPDirectResponse | undefined, at: Place): void {
  if (response === undefined) return;
  checkHttpStatus(response.status, at.at('status'));
  const { body = {} } = response;
  const here = at.at('body');
  checkOneAtMost(body, ['string', 'bytes'], here);
  if (body.bytes !== undefined && !base64.test(body.bytes)) here.at('bytes').refuse('is not base64');
  const size = body.string === undefined ? Math.floor(((body.bytes ?? '').replace(/=+$/, '').length * 3) / 4) : new TextEncoder().encode(body.string).length;
  if (size > largest) here.refuse('is too large', { found: `${size} bytes`, allowed: '1 MB at most' });
  else if (size > large) here.warn('is large, and is sent to every proxy of the route', { found: `${size} bytes` });
}

export function checkRewrite(rewrite: HTTPRewrite | undefined, at: Place): void {
  if (rewrite === undefined) return;
  const { uri, authority, uriRegexRewrite } = rewrite;
  if (!uri && !authority && uriRegexRewrite === undefined) at.refuse('must change something', { allowed: 'uri, uriRegexRewrite, authority' });
  if (uri && uriRegexRewrite !== undefined) at.refuse('has uri and uriRegexRewrite, of which only one may be given');
  if (uriRegexRewrite === undefined) return;
  const here = at.at('uriRegexRewrite');
  checkRegex(uriRegexRewrite.match, here.at('match'));
  if (uriRegexRewrite.rewrite === '') here.at('rewrite').refuse('must not be empty');
}
