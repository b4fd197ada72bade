import { describeProblem, type Problem } from '@flotilla/errors';
import { readYaml, resourceKey, type MeshResource, type YamlResult } from '@flotilla/resources';
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

/**
 * What the files of a folder say, by their paths relative to it. One file's change costs what that file says, however
 * many others there are.
 */
export class ConfigFiles {
  readonly #files = new Map<string, ConfigFile>();
  /** All definitions of each resource in good files, by path: the first counts. */
  readonly #definitions = new Map<string, Definition[]>();
  /** The files with problems or warnings of their own. */
  readonly #flawed = new Set<string>();
  /** The resources that are defined more than once. */
  readonly #contested = new Set<string>();

  /** Takes in the text of a new or changed file. */
  set(file: string, text: string): void {
    this.#put(file, { read: readYaml(text, { file, defaultNamespace }) });
  }

  /** Says that a file is there but cannot be read. */
  setUnreadable(file: string, reason: string): void {
    this.#put(file, { read: { resources: [], failures: [], warnings: [] }, unreadable: reason });
  }

  delete(file: string): void {
    for (const resource of this.#goodResources(file)) this.#undefine(resourceKey(resource), file);
    this.#files.delete(file);
    this.#flawed.delete(file);
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

  /** What a good file says of a resource; where several do, the first by path. */
  definitionOf(key: string): Definition | undefined {
    return this.#definitions.get(key)?.[0];
  }

  /** The resources that are as this file says. */
  keysOf(file: string): string[] {
    return this.#goodResources(file).map(resourceKey).filter((key) => this.definitionOf(key)?.file === file);
  }

  problems(): FileProblem[] {
    const losers = [...this.#contested].flatMap((key) => this.#definitions.get(key)?.slice(1) ?? []).map(({ file }) => file);
    return [...new Set([...this.#flawed, ...losers])].sort().flatMap((file) => {
      const { read, unreadable } = this.#files.get(file) ?? { read: { resources: [], failures: [], warnings: [] } };
      return [
        ...(unreadable === undefined ? [] : [{ file, line: 0, path: '', reason: unreadable, severity: 'error' as const }]),
        ...read.failures.flatMap(({ line, ref, problems }) => problems.map((problem) => fileProblem({ file, line, ref, problem }))),
        ...read.warnings.flatMap(({ ref, problems }) => problems.map((problem) => fileProblem({ file, line: 0, ref, problem }))),
        ...this.#duplicates(file),
      ];
    });
  }

  #duplicates(file: string): FileProblem[] {
    return this.#goodResources(file).flatMap((resource) => {
      const ref = resourceKey(resource);
      const winner = this.definitionOf(ref);
      if (winner === undefined || winner.resource === resource) return [];
      return [{ file, line: 0, ref, path: 'metadata.name', reason: `is defined in ${winner.file} too, which comes first`, severity: 'error' as const }];
    });
  }

  #put(file: string, content: ConfigFile): void {
    this.delete(file);
    this.#files.set(file, content);
    if (this.isBad(file) || content.read.warnings.length > 0) this.#flawed.add(file);
    for (const resource of this.#goodResources(file)) this.#define(resourceKey(resource), { file, resource });
  }

  #goodResources(file: string): readonly MeshResource[] {
    return this.isBad(file) ? [] : (this.#files.get(file)?.read.resources ?? []);
  }

  #define(key: string, definition: Definition): void {
    const all = [...(this.#definitions.get(key) ?? []), definition].sort((a, b) => (a.file === b.file ? 0 : a.file < b.file ? -1 : 1));
    this.#definitions.set(key, all);
    if (all.length > 1) this.#contested.add(key);
  }

  #undefine(key: string, file: string): void {
    const left = this.#definitions.get(key)?.filter((definition) => definition.file !== file) ?? [];
    if (left.length === 0) this.#definitions.delete(key);
    else this.#definitions.set(key, left);
    if (left.length < 2) this.#contested.delete(key);
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
