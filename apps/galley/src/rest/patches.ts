import { FlotillaError } from '@flotilla/errors';
import { applyPatch, type Operation } from 'rfc6902';
import { isRecord, mergePatch } from './merge-patch.ts';

/** A way to say how a document shall change. */
export interface PatchForm {
  /** Whether it makes a resource where there is none. */
  readonly creates: boolean;
  /** @throws FlotillaError MALFORMED_REQUEST, CONFLICT where the patch does not fit the document */
  readonly apply: (document: unknown, patch: unknown) => unknown;
}

/** The kinds of patches that are taken, by their media type. Server-side apply merges, without an account of who owns which field. */
const forms: ReadonlyMap<string, PatchForm> = new Map([
  ['application/merge-patch+json', { creates: false, apply: mergePatch }],
  ['application/json-patch+json', { creates: false, apply: jsonPatch }],
  ['application/apply-patch+yaml', { creates: true, apply: mergePatch }],
]);

/** @throws FlotillaError UNSUPPORTED_MEDIA_TYPE */
export function patchForm(contentType = ''): PatchForm {
  const type = contentType.split(';', 1)[0]?.trim() ?? '';
  const form = forms.get(type);
  if (form === undefined) throw new FlotillaError('UNSUPPORTED_MEDIA_TYPE', `a patch of type ${type} is not supported; those supported are ${[...forms.keys()].join(', ')}`);
  return form;
}

const operations: ReadonlySet<unknown> = new Set(['add', 'remove', 'replace', 'move', 'copy', 'test']);

/** JSON Patch (RFC 6902), as a whole or not at all. */
function jsonPatch(document: unknown, patch: unknown): unknown {
  if (!Array.isArray(patch)) throw new FlotillaError('MALFORMED_REQUEST', 'a JSON patch is a list of operations');
  const unknown = patch.flatMap((operation: unknown, index) => (isOperation(operation) ? [] : [{ path: `[${index}]`, message: 'is not an operation of a JSON patch', found: operation, allowed: 'op (add, remove, replace, move, copy, test), path, and value or from' }]));
  if (unknown.length > 0) throw new FlotillaError('MALFORMED_REQUEST', 'the patch cannot be understood', { problems: unknown });
  const changed = structuredClone(document);
  const failures = applyPatch(changed, patch as Operation[]).flatMap((error, index) => (error === null ? [] : [{ path: `[${index}]`, message: error.message }]));
  if (failures.length > 0) throw new FlotillaError('CONFLICT', 'the patch does not fit the resource as it is', { problems: failures });
  return changed;
}

function isOperation(value: unknown): boolean {
  if (!isRecord(value) || !operations.has(value['op']) || !isPointer(value['path'])) return false;
  if (value['op'] === 'move' || value['op'] === 'copy') return isPointer(value['from']);
  return value['op'] === 'remove' || 'value' in value;
}

/** https://www.rfc-editor.org/rfc/rfc6901 */
function isPointer(value: unknown): boolean {
  return typeof value === 'string' && (value === '' || value.startsWith('/'));
}
