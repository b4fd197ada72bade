import { createHash, timingSafeEqual } from 'node:crypto';

/**
 * Makes a check of `authorization` headers against the one token there is. How long it takes tells nothing about
 * how much of a guess was right.
 */
export function bearerCheck(token: string): (authorization: string | undefined) => boolean {
  const expected = digest(token);
  return (authorization) => {
    const given = /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];
    return given !== undefined && timingSafeEqual(digest(given), expected);
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
