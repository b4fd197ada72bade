import { loadAll } from 'js-yaml';

/**
 * Anchors, by which a little text can stand for very much; tags, directives, and keys that are empty, null or not plain
 * text; tabs and indented marks of documents, which parsers take differently.
 */
const unusual = /\t|(?:^|[\s,[{:-])(?:[&!?]|(?:~|null|Null|NULL)?\s*:(?=\s|$))|^(?:%| +(?:---|\.\.\.))/m;

/**
 * The values of all documents of a text of plain YAML, many times faster than with their places in the text. Gives up,
 * with undefined, on a text that has a mistake or anything unusual.
 */
export function plainDocuments(text: string): unknown[] | undefined {
  if (unusual.test(text)) return undefined;
  try {
    return loadAll(text);
  } catch {
    return undefined;
  }
}
