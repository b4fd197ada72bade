import {
  HttpConnectionManager_PathWithEscapedSlashesAction as EscapedSlashes,
  type HttpConnectionManager,
} from '@flotilla/envoy-api/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager_pb.js';

type Normalization = Pick<HttpConnectionManager, 'normalizePath' | 'mergeSlashes' | 'pathWithEscapedSlashesAction'>;

/**
 * What a connection manager makes of a path before routes are held against it, in Envoy's order: escaped slashes, then
 * RFC 3986 (needless escapes, `.` and `..`), then slashes that come several at a time.
 *
 * @param path with its query, which stays as it is
 */
export function normalizedPath({ normalizePath, mergeSlashes, pathWithEscapedSlashesAction: escapedSlashes }: Normalization, path: string): string {
  const end = path.search(/[?#]/);
  const [whole, rest] = end === -1 ? [path, ''] : [path.slice(0, end), path.slice(end)];
  if (!whole.startsWith('/')) return path;
  const slashed = escapedSlashes === EscapedSlashes.UNESCAPE_AND_FORWARD ? whole.replace(/%2f/gi, '/').replace(/%5c/gi, '\\') : whole;
  const plain = normalizePath === true ? new URL(`http://host${unescaped(slashed)}`).pathname : slashed;
  return `${mergeSlashes ? plain.replace(/\/{2,}/g, '/') : plain}${rest}`;
}

/** Without the escapes of characters that mean the same without them (RFC 3986, section 2.3). */
function unescaped(path: string): string {
  return path.replace(/%[0-9a-f]{2}/gi, (escape) => {
    const character = String.fromCharCode(Number.parseInt(escape.slice(1), 16));
    return /[\w.~-]/.test(character) ? character : escape;
  });
}
