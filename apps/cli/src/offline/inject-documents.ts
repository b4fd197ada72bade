import { FlotillaError, problemWithin, type Problem } from '@flotilla/errors';
import { injectObject, type InjectionOptions } from '@flotilla/injection';
import { parseAllDocuments, stringify } from 'yaml';
import type { Document } from '../read-documents.ts';
import { nameOf } from './read-objects.ts';

/** Documents after injection, and a line for each object whose pods were left alone. */
export interface Injected {
  readonly text: string;
  readonly skipped: readonly string[];
}

/**
 * Gives the pods that the objects of texts make their proxies. Documents that are not changed stay as they are written.
 * @throws FlotillaError INVALID_RESOURCE with every problem of every document
 */
export function injectDocuments(documents: readonly Document[], options: InjectionOptions): Injected {
  const texts: string[] = [];
  const skipped: string[] = [];
  const problems: Problem[] = [];
  for (const { file, text } of documents) {
    for (const document of parseAllDocuments(text)) {
      const [error] = document.errors;
      if (error !== undefined) {
        problems.push({ path: file, message: `YAML syntax: ${error.message.split('\n', 1)[0] ?? ''}` });
        continue;
      }
      const value: unknown = document.toJS();
      if (value === null || value === undefined) continue;
      const where = `${file}: ${nameOf(value)}`;
      const result = injectObject(value, options);
      if ('problems' in result) problems.push(...result.problems.map((problem) => problemWithin(where, problem)));
      else {
        if (result.skipped !== undefined) skipped.push(`${where}: ${result.skipped}`);
        texts.push(result.object === value ? document.toString({ directives: false }) : stringify(result.object, { lineWidth: 0, aliasDuplicateObjects: false }));
      }
    }
  }
  if (problems.length > 0) throw new FlotillaError('INVALID_RESOURCE', 'nothing was injected:', { problems });
  return { text: texts.map((text) => text.replace(/^---\n/, '')).join('---\n'), skipped };
}
