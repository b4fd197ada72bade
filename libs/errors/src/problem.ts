/** One thing wrong with what a user wrote: where, what was found, what would have been right. */
export interface Problem {
  /** Where in the document, as `spec.http[0].route[1].weight`; empty for the document as a whole. */
  readonly path: string;
  /** What is wrong, as a sentence without a full stop. */
  readonly message: string;
  /** The offending value, shortened for display; absent where something is missing. */
  readonly found?: unknown;
  /** What is allowed there, in words or as the list of values. */
  readonly allowed?: string;
  /** `warning` lets the resource in and says so on its status; `error`, the default, refuses it. */
  readonly severity?: 'error' | 'warning';
}

/** `spec.hosts[0]: must be a DNS name (found "a b", allowed: ...)`, one problem on one line. */
export function describeProblem(problem: Problem): string {
  const details = [
    problem.found === undefined ? undefined : `found ${JSON.stringify(problem.found)}`,
    problem.allowed === undefined ? undefined : `allowed: ${problem.allowed}`,
  ].filter((detail) => detail !== undefined);
  const where = problem.path === '' ? '' : `${problem.path}: `;
  return `${where}${problem.message}${details.length === 0 ? '' : ` (${details.join(', ')})`}`;
}

/**
 * The problem of a part, as one of the whole.
 *
 * @param place where the part is, as `requests[0]`
 */
export function problemWithin(place: string, problem: Problem): Problem {
  return { ...problem, path: problem.path === '' ? place : `${place}.${problem.path}` };
}
