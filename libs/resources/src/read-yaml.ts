import type { Problem } from '@flotilla/errors';
import { isMap, isNode, LineCounter, parseAllDocuments, type Document } from 'yaml';
import { kubernetesObject } from './kubernetes-object.ts';
import { plainDocuments } from './plain-yaml.ts';
import { readResource, type ReadOptions } from './read-resource.ts';
import type { MeshResource } from './resource.ts';
import { isRecord } from './validation/record.ts';

export interface YamlOptions extends ReadOptions {
  /** The file's name, to be told in failures. */
  readonly file: string;
}

/** A document that is not a resource, and where to look for the reason. */
export interface YamlFailure {
  readonly file: string;
  /** The line of the first problem, from 1. */
  readonly line: number;
  /** The document's place in the file, from 0. */
  readonly document: number;
  /** `kind/namespace/name`, as far as the document says so. */
  readonly ref?: string;
  readonly problems: Problem[];
}

export interface YamlResult {
  readonly resources: MeshResource[];
  readonly failures: YamlFailure[];
  /** What is worth a warning, by resource. */
  readonly warnings: { readonly ref: string; readonly problems: Problem[] }[];
}

/**
 * Reads every document of a YAML (or JSON) text. Empty documents are passed over, a `List` stands for its
 * items; objects of Kubernetes itself are passed over with a warning. One document's failure does not keep the
 * others from being read.
 */
export function readYaml(text: string, options: YamlOptions): YamlResult {
  return readPlain(text, options) ?? readWithPlaces(text, options);
}

/** Reads a text that nothing is wrong with; gives up, with undefined, where a failure would need its place in the text. */
function readPlain(text: string, { defaultNamespace }: YamlOptions): YamlResult | undefined {
  const documents = plainDocuments(text);
  if (documents === undefined) return undefined;
  const result: YamlResult = { resources: [], failures: [], warnings: [] };
  for (const { value } of documents.flatMap(resourcesIn)) if (take(value, defaultNamespace, result) !== undefined) return undefined;
  return result;
}

function readWithPlaces(text: string, { file, defaultNamespace }: YamlOptions): YamlResult {
  const lines = new LineCounter();
  const result: YamlResult = { resources: [], failures: [], warnings: [] };
  const lineAt = (offset: number): number => lines.linePos(offset).line;

  for (const [index, document] of [...parseAllDocuments(text, { lineCounter: lines })].entries()) {
    const [first] = document.errors;
    if (first !== undefined) {
      const problems = document.errors.map((error) => ({
        path: '',
        message: `YAML syntax, line ${lineAt(error.pos[0])}: ${error.message.split(/ at line \d+/)[0] ?? error.message}`,
      }));
      result.failures.push({ file, line: lineAt(first.pos[0]), document: index, problems });
      continue;
    }
    for (const { value, keys } of resourcesIn(document.toJS())) {
      const problems = take(value, defaultNamespace, result);
      if (problems === undefined) continue;
      const at = keysOf(problems[0]?.path ?? '');
      const ref = refIn(value, defaultNamespace);
      result.failures.push({
        file,
        line: lineAt(offsetOf(document, [...keys, ...at])),
        document: index,
        ...(ref === undefined ? {} : { ref }),
        problems,
      });
    }
  }
  return result;
}

/** Adds the resource that a value is to the result, and what is worth a warning; gives the problems of one that is none. */
function take(value: unknown, defaultNamespace: string, { resources, warnings }: YamlResult): Problem[] | undefined {
  const ref = refIn(value, defaultNamespace) ?? '';
  const foreign = kubernetesObject(value);
  if (foreign !== undefined) {
    warnings.push({ ref, problems: [foreign] });
    return undefined;
  }
  const read = readResource(value, { defaultNamespace });
  if ('problems' in read) return read.problems;
  resources.push(read.resource);
  if (read.warnings.length > 0) warnings.push({ ref, problems: read.warnings });
  return undefined;
}

function resourcesIn(value: unknown): { value: unknown; keys: (string | number)[] }[] {
  if (value === null || value === undefined) return [];
  if (isRecord(value) && value['kind'] === 'List' && Array.isArray(value['items'])) {
    return value['items'].map((item: unknown, index) => ({ value: item, keys: ['items', index] }));
  }
  return [{ value, keys: [] }];
}

function refIn(value: unknown, defaultNamespace: string): string | undefined {
  if (!isRecord(value) || typeof value['kind'] !== 'string' || !isRecord(value['metadata'])) return undefined;
  const { name, namespace } = value['metadata'];
  if (typeof name !== 'string') return undefined;
  return `${value['kind']}/${typeof namespace === 'string' && namespace !== '' ? namespace : defaultNamespace}/${name}`;
}

/** `spec.http[0].labels["a.b"]` taken apart again. */
function keysOf(path: string): (string | number)[] {
  return [...path.matchAll(/\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]|([^.[\]]+)/g)].map(([, quoted, index, word]) => {
    if (quoted !== undefined) return JSON.parse(`"${quoted}"`) as string;
    return index === undefined ? (word ?? '') : Number(index);
  });
}

/** Where in the text the value at `keys` begins, or the nearest thing around it that is there. */
function offsetOf(document: Document.Parsed, keys: readonly (string | number)[]): number {
  let offset = document.contents?.range[0] ?? document.range[0];
  for (let length = 1; length <= keys.length; length++) {
    const parent: unknown = length === 1 ? document.contents : document.getIn(keys.slice(0, length - 1), true);
    const key = keys[length - 1];
    const pair = isMap(parent) ? parent.items.find((item) => isNode(item.key) && String(item.key) === String(key)) : undefined;
    const node: unknown = pair === undefined ? document.getIn(keys.slice(0, length), true) : pair.key;
    if (!isNode(node) || !node.range) break;
    [offset] = node.range;
  }
  return offset;
}
