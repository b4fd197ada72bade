import { hash } from 'node:crypto';
import { BinaryReader } from '@bufbuild/protobuf/wire';

/** How many lists are kept: proxies of a few scopes name what they were sent, response by response. */
const kept = 64;

/** Shorter lists are read again sooner than found. */
const shortBytes = 1_024;

/**
 * Lists of names as requests carry them. Proxies of a scope name the same thousands of resources in the same order: the
 * list is found by its bytes, and held once for all.
 */
export class NameLists {
  /** By the hash of their bytes, the ones used last at the end. */
  readonly #lists = new Map<string, string[]>();

  /**
   * @param fields one after another, each length-delimited with a tag of one byte: a name
   * @returns the names, which others may hold as well: not to be changed
   */
  read(fields: Buffer): string[] {
    if (fields.length < shortBytes) return namesIn(fields);
    const key = hash('sha1', fields, 'base64url');
    const names = this.#lists.get(key) ?? namesIn(fields);
    this.#lists.delete(key);
    this.#lists.set(key, names);
    if (this.#lists.size > kept) for (const oldest of this.#lists.keys().take(1)) this.#lists.delete(oldest);
    return names;
  }
}

function namesIn(fields: Buffer): string[] {
  const reader = new BinaryReader(fields);
  const names: string[] = [];
  while (reader.pos < reader.len) {
    reader.pos += 1;
    const length = reader.uint32();
    const start = reader.pos;
    reader.pos += length;
    names.push(fields.toString('utf8', start, reader.pos));
  }
  return names;
}
