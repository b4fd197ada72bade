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
