import type { EncodedResource } from './encoded-resource.ts';

const numbered = new WeakMap<readonly EncodedResource[], (EncodedResource | undefined)[]>();

/**
 * Resources by the numbers that names have in a table, as far as somebody has looked them up: proxies of a scope ask for
 * the same thousands of names, and only the first one's are looked up by name. A number may have become another name's,
 * so that the name of what is found has to be compared.
 *
 * @param list all resources of a type; another array as soon as one of them changes
 */
export function byNumber(list: readonly EncodedResource[]): (EncodedResource | undefined)[] {
  let known = numbered.get(list);
  if (known === undefined) numbered.set(list, (known = []));
  return known;
}
