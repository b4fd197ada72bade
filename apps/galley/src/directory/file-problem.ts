/** Something wrong with a file of the watched folder. */
export interface FileProblem {
  /** Relative to the folder. */
  readonly file: string;
  /** From 1; 0 where it is about the file as a whole. */
  readonly line: number;
  /** The resource, as far as it can be told. */
  readonly ref?: string;
  /** Where in the document. */
  readonly path: string;
  readonly reason: string;
  readonly severity: 'error' | 'warning';
}

/** What keeps newer versions of resources out, in words, by the keys of the resources. */
export function reasonsByResource(problems: readonly FileProblem[]): ReadonlyMap<string, readonly string[]> {
  const errors = problems.filter(({ severity, ref }) => severity === 'error' && ref !== undefined);
  const groups = Map.groupBy(errors, ({ ref = '' }) => ref);
  return new Map([...groups].map(([ref, all]) => [ref, all.map(({ file, line, path, reason }) => [line === 0 ? `${file}:` : `${file}:${line}:`, path, reason].filter((part) => part !== '').join(' '))]));
}
