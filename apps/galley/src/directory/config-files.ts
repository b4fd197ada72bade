import { describeProblem, type Problem } from '@flotilla/errors';
import { readYaml, resourceKey, type MeshResource, type YamlResult } from '@flotilla/resources';
import type { StateView } from '../state/mesh-state.ts';
import type { Edit } from '../write/edit.ts';
import { sourceOf } from '../write/source.ts';
import type { FileProblem } from './file-problem.ts';

const defaultNamespace = 'default';

interface ConfigFile {
  readonly read: YamlResult;
  /** Why its text could not be had at all. */
  readonly unreadable?: string;
}

/** A resource and the file that defines it. */
export interface Definition {
  readonly file: string;
  readonly resource: MeshResource;
}

/** What the files of a folder say, by their paths relative to it. */
export class ConfigFiles {
  readonly #files = new Map<string, ConfigFile>();

  /** Takes in the text of a new or changed file. */
  set(file: string, text: string): void {
    this.#files.set(file, { read: readYaml(text, { file, defaultNamespace }) });
  }

  /** Says that a file is there but cannot be read. */
  setUnreadable(file: string, reason: string): void {
    this.#files.set(file, { read: { resources: [], failures: [], warnings: [] }, unreadable: reason });
  }

  delete(file: string): void {
    this.#files.delete(file);
  }

  /** The files that are known. */
  names(): string[] {
    return [...this.#files.keys()];
  }

  /** Whether the file is there but wrong: what it said before stays in force. */
  isBad(file: string): boolean {
    const known = this.#files.get(file);
    return known !== undefined && (known.unreadable !== undefined || known.read.failures.length > 0);
  }

  /** Every resource that a good file defines; where several do, the first by path. */
  definitions(): Map<string, Definition> {
    const result = new Map<string, Definition>();
    for (const [file, resource] of this.#defined()) {
      const key = resourceKey(resource);
      if (!result.has(key)) result.set(key, { file, resource });
    }
    return result;
  }

  problems(): FileProblem[] {
    const definitions = this.definitions();
    return this.#sorted().flatMap(([file, { read, unreadable }]) => [
      ...(unreadable === undefined ? [] : [{ file, line: 0, path: '', reason: unreadable, severity: 'error' as const }]),
      ...read.failures.flatMap(({ line, ref, problems }) => problems.map((problem) => fileProblem({ file, line, ref, problem }))),
      ...read.warnings.flatMap(({ ref, problems }) => problems.map((problem) => fileProblem({ file, line: 0, ref, problem }))),
      ...this.#duplicates(file, read, definitions),
    ]);
  }

  #duplicates(file: string, { resources }: YamlResult, definitions: ReadonlyMap<string, Definition>): FileProblem[] {
    if (this.isBad(file)) return [];
    return resources.flatMap((resource) => {
      const ref = resourceKey(resource);
      const winner = definitions.get(ref);
      if (winner === undefined || winner.resource === resource) return [];
      return [{ file, line: 0, ref, path: 'metadata.name', reason: `is defined in ${winner.file} too, which comes first`, severity: 'error' as const }];
    });
  }

  *#defined(): Iterable<[string, MeshResource]> {
    for (const [file, { read }] of this.#sorted()) {
      if (this.isBad(file)) continue;
      for (const resource of read.resources) yield [file, resource];
    }
  }

  #sorted(): [string, ConfigFile][] {
    return [...this.#files].sort(([a], [b]) => (a < b ? -1 : 1));
  }
}

function fileProblem({ file, line, ref, problem }: { file: string; line: number; ref: string | undefined; problem: Problem }): FileProblem {
  return {
    file,
    line,
    ...(ref === undefined ? {} : { ref }),
    path: problem.path,
    reason: describeProblem({ ...problem, path: '' }),
    severity: problem.severity ?? 'error',
  };
}

/** An edit that a file asks for. */
export interface FileEdit {
  readonly key: string;
  readonly file: string;
  readonly edit: Edit;
}

/**
 * The edits that bring a state to what the files say. What a file that is now bad defined before is left as it is.
 *
 * @param changed only what these files define or defined; everything when absent
 */
export function editsFor(files: ConfigFiles, state: StateView, changed?: ReadonlySet<string>): FileEdit[] {
  const concerns = (file: string): boolean => changed?.has(file) !== false;
  const definitions = files.definitions();
  const owned = new Map<string, string>();
  for (const resource of state.all()) {
    const source = sourceOf(resource);
    if (source?.kind === 'file') owned.set(resourceKey(resource), source.path);
  }
  const keys = new Set([
    ...[...definitions].filter(([, { file }]) => concerns(file)).map(([key]) => key),
    ...[...owned].filter(([, file]) => concerns(file)).map(([key]) => key),
  ]);
  return [...keys].flatMap((key): FileEdit[] => {
    const definition = definitions.get(key);
    const owner = owned.get(key);
    if (definition !== undefined) {
      const { file, resource } = definition;
      // A duplicate does not step in for a file that went bad, only when it was itself saved.
      if (owner !== undefined && owner !== file && files.isBad(owner) && changed?.has(file) !== true) return [];
      return [{ key, file, edit: { action: 'put', resource, source: { kind: 'file', path: file } } }];
    }
    if (owner === undefined || files.isBad(owner)) return [];
    return [{ key, file: owner, edit: { action: 'remove', key, ifPresent: true } }];
  });
}
