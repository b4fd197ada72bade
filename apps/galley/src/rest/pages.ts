import { FlotillaError } from '@flotilla/errors';
import { resourceKey, type MeshResource } from '@flotilla/resources';
import { isRecord } from './merge-patch.ts';

/** Where the store is that a list is of. */
export interface ListPosition {
  /** Revisions can be compared only within one life. */
  readonly life: number;
  readonly revision: number;
}

/** A part of a list. */
export interface Page {
  readonly items: readonly MeshResource[];
  /** The `metadata` of the list. */
  readonly metadata: { readonly resourceVersion: string; readonly continue?: string; readonly remainingItemCount?: number };
}

/**
 * The part of a list that `limit` and `continue` ask for. Later parts show what is there by then, under the revision of
 * the first: who watches from that one misses nothing.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/#retrieving-large-results-sets-in-chunks
 *
 * @param all sorted by key
 * @throws FlotillaError MALFORMED_REQUEST, EXPIRED where the store has begun anew since the first part
 */
export function pageOf(all: readonly MeshResource[], { limit, continue: token }: { readonly limit?: string; readonly continue?: string }, now: ListPosition): Page {
  const most = limit === undefined ? 0 : Number(limit);
  if (!Number.isInteger(most) || most < 0) throw refusal('limit', limit, 'a whole number from 0');
  const from = token === undefined || token === '' ? undefined : readToken(token);
  if (from !== undefined && from.life !== now.life) throw new FlotillaError('EXPIRED', 'the store has begun anew since the list was begun: list again');
  const start = from === undefined ? 0 : all.findIndex((resource) => resourceKey(resource) > from.after);
  const left = start === -1 ? [] : all.slice(start);
  const items = most === 0 ? left : left.slice(0, most);
  const last = items.at(-1);
  const { life, revision } = from ?? now;
  const resourceVersion = String(revision);
  if (last === undefined || items.length === left.length) return { items, metadata: { resourceVersion } };
  const next = Buffer.from(JSON.stringify({ life, revision, after: resourceKey(last) })).toString('base64url');
  return { items, metadata: { resourceVersion, continue: next, remainingItemCount: left.length - items.length } };
}

function readToken(token: string): ListPosition & { readonly after: string } {
  try {
    const value: unknown = JSON.parse(Buffer.from(token, 'base64url').toString());
    if (isRecord(value) && typeof value['life'] === 'number' && typeof value['revision'] === 'number' && typeof value['after'] === 'string') {
      return { life: value['life'], revision: value['revision'], after: value['after'] };
    }
  } catch {
    // told below
  }
  throw refusal('continue', token, 'the continue of the part before');
}

function refusal(path: string, found: string | undefined, allowed: string): FlotillaError {
  return new FlotillaError('MALFORMED_REQUEST', `the ${path} cannot be understood`, { problems: [{ path, message: 'is not valid', found, allowed }] });
}
