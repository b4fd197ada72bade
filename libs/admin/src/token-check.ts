import { createHash, timingSafeEqual } from 'node:crypto';

/**
 * Makes a check of `authorization` headers against the one token there is: as a bearer's, or as the password of Basic
 * authentication, for clients such as `kubectl` that send a token over TLS only but take credentials in a URL. How long
 * it takes tells nothing about how much of a guess was right.
 */
export function tokenCheck(token: string): (authorization: string | undefined) => boolean {
  const expected = digest(token);
  return (authorization) => {
    const given = tokenIn(authorization ?? '');
    return given !== undefined && timingSafeEqual(digest(given), expected);
  };
}

function tokenIn(authorization: string): string | undefined {
  const [, scheme = '', credentials = ''] = /^(Bearer|Basic) +(\S+) *$/i.exec(authorization) ?? [];
  if (scheme.toLowerCase() === 'bearer') return credentials;
  return /^[^:]*:(.*)$/.exec(Buffer.from(credentials, 'base64').toString())?.[1];
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
