import { catalogue, type Code } from './catalogue.ts';
import { describeProblem, type Problem } from './problem.ts';

/** An error with a code from the catalogue; what crosses an API is made from it. */
export class FlotillaError extends Error {
  readonly code: Code;
  readonly problems: readonly Problem[];

  /**
   * @param detail one sentence about this occurrence, fit to show to a user
   * @param options.problems every single thing wrong, for a user's mistake
   */
  constructor(code: Code, detail: string, options: { readonly problems?: readonly Problem[]; readonly cause?: unknown } = {}) {
    super(detail, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'FlotillaError';
    this.code = code;
    this.problems = options.problems ?? [];
  }

  get http(): number {
    return catalogue[this.code].http;
  }

  get grpc(): number {
    return catalogue[this.code].grpc;
  }

  get title(): string {
    return catalogue[this.code].title;
  }

  get reason(): string {
    return catalogue[this.code].reason;
  }

  /** The error for a terminal: the detail, then a line a problem. */
  describe(): string {
    return [this.message, ...this.problems.map((problem) => `  - ${describeProblem(problem)}`)].join('\n');
  }
}

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
