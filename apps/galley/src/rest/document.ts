import { FlotillaError, messageOf } from '@flotilla/errors';
import { readResource, type Kind, type MeshResource } from '@flotilla/resources';
import { parse } from 'yaml';
import { isRecord } from './merge-patch.ts';

/** What the path of a request says that its body is. */
export interface Addressed {
  readonly kind: Kind;
  readonly namespace: string;
  /** Absent where the body names a new resource. */
  readonly name?: string | undefined;
}

/**
 * A body, JSON or YAML, as a value.
 * @throws FlotillaError MALFORMED_REQUEST
 */
export function parseBody(text: unknown): unknown {
  if (typeof text !== 'string' || text.trim() === '') throw new FlotillaError('MALFORMED_REQUEST', 'the request has no body');
  try {
    // JSON's own parser is many times faster than YAML's, of which JSON is a part.
    return /^\s*[{[]/.test(text) ? parseJson(text) : (parse(text) as unknown);
  } catch (error) {
    throw new FlotillaError('MALFORMED_REQUEST', `the body cannot be read: ${messageOf(error)}`, { cause: error });
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return parse(text) as unknown;
  }
}

/**
 * The resource that a document describes, completed by and checked against the path it came to.
 * @throws FlotillaError INVALID_RESOURCE with every problem, MALFORMED_REQUEST where path and document disagree
 */
export function readDocument(document: unknown, { kind, namespace, name }: Addressed): MeshResource {
  const completed = isRecord(document)
    ? {
        apiVersion: `${kind.group}/${kind.versions[0]}`,
        kind: kind.kind,
        ...document,
        metadata: { ...(name === undefined ? {} : { name }), ...(isRecord(document['metadata']) ? document['metadata'] : {}) },
      }
    : document;
  const claimed = isRecord(completed) ? completed['kind'] : kind.kind;
  if (typeof claimed === 'string' && claimed !== kind.kind) throw disagreement('kind', claimed, kind.kind);
  const read = readResource(completed, { defaultNamespace: namespace });
  if ('problems' in read) {
    const what = `${kind.kind} "${name ?? nameIn(completed)}" is not valid`;
    throw new FlotillaError('INVALID_RESOURCE', what, { problems: read.problems });
  }
  const { metadata } = read.resource;
  if (metadata.namespace !== namespace) throw disagreement('metadata.namespace', metadata.namespace, namespace);
  if (name !== undefined && metadata.name !== name) throw disagreement('metadata.name', metadata.name, name);
  return read.resource;
}

function nameIn(document: unknown): string {
  const metadata = isRecord(document) && isRecord(document['metadata']) ? document['metadata'] : {};
  return typeof metadata['name'] === 'string' ? metadata['name'] : '';
}

function disagreement(path: string, found: string, allowed: string): FlotillaError {
  return new FlotillaError('MALFORMED_REQUEST', `the ${path} of the document does not match the path of the request`, {
    problems: [{ path, message: 'does not match the path of the request', found, allowed }],
  });
}
