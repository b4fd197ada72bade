import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { FlotillaError, messageOf, type Problem } from '@flotilla/errors';
import { readYaml, type MeshResource } from '@flotilla/resources';
import type { Terminal } from './terminal.ts';

/** A file as it was given. */
export interface Document {
  readonly file: string;
  readonly text: string;
}

export interface Resources {
  readonly resources: readonly MeshResource[];
  readonly warnings: readonly string[];
}

const isYaml = (name: string): boolean => /\.(ya?ml|json)$/.test(name);

function filesUnder(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { recursive: true, encoding: 'utf8' }).filter(isYaml).sort().map((name) => join(path, name));
}

/**
 * The texts that `-f` names: files, the YAML and JSON files in and below folders, `-` for standard input.
 * @throws FlotillaError NOT_FOUND naming all that cannot be read
 */
export async function readDocuments(names: readonly string[], terminal: Terminal): Promise<Document[]> {
  const documents: Document[] = [];
  const problems: Problem[] = [];
  for (const name of names) {
    try {
      if (name === '-') documents.push({ file: 'standard input', text: await terminal.readInput() });
      else documents.push(...filesUnder(resolve(terminal.cwd, name)).map((path) => ({ file: path.startsWith(terminal.cwd) ? path.slice(terminal.cwd.length + 1) : path, text: readFileSync(path, 'utf8') })));
    } catch (error) {
      problems.push({ path: name, message: messageOf(error) });
    }
  }
  if (problems.length > 0) throw new FlotillaError('NOT_FOUND', 'What -f names cannot be read:', { problems });
  if (documents.length === 0) throw new FlotillaError('NOT_FOUND', `There are no YAML files in ${names.join(', ')}`);
  return documents;
}

/**
 * Reads the resources in documents.
 * @throws FlotillaError INVALID_RESOURCE with every problem of every document, each with file and line
 */
export function readResources(documents: readonly Document[], defaultNamespace: string): Resources {
  const results = documents.map(({ file, text }) => ({ file, ...readYaml(text, { file, defaultNamespace }) }));
  const failures = results.flatMap((result) => result.failures);
  if (failures.length > 0) {
    const problems = failures.flatMap(({ file, line, ref, problems: all }) => {
      const where = `${file}:${line}${ref === undefined ? '' : ` ${ref}`}`;
      return all.map((problem) => ({ ...problem, path: `${where}${problem.path === '' ? '' : ` ${problem.path}`}` }));
    });
    const count = (number: number, word: string): string => `${number} ${word}${number === 1 ? '' : 's'}`;
    throw new FlotillaError('INVALID_RESOURCE', `${count(problems.length, 'problem')} in ${count(failures.length, 'document')}:`, { problems });
  }
  const warnings = results.flatMap(({ file, warnings: all }) => all.flatMap(({ ref, problems }) => problems.map(({ path, message }) => `${file} ${ref} ${path}: ${message}`)));
  return { resources: results.flatMap((result) => result.resources), warnings };
}
