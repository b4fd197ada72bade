import type { Clock } from '@flotilla/runtime';

/** Something wrong with a file of the watched folder, as Galley's `/v1/problems` tells it. */
export interface FileProblem {
  readonly file: string;
  /** From 1; 0 where it is about the file as a whole. */
  readonly line: number;
  readonly ref?: string;
  readonly path: string;
  readonly reason: string;
  readonly severity: string;
}

/** What there is to say about the watched folder's files: each problem once, and when a file is in order again. */
export class FileReport {
  #said = new Set<string>();
  #bad = new Set<string>();

  /** The lines that `problems` adds to what was said before. */
  news(problems: readonly FileProblem[]): string[] {
    const lines = problems.map(lineOf);
    const fresh = lines.filter((line) => !this.#said.has(line));
    const bad = new Set(problems.filter(({ severity }) => severity === 'error').map(({ file }) => file));
    const mended = [...this.#bad].filter((file) => !bad.has(file)).map((file) => `${file} is in order again.`);
    const refused = [...bad].some((file) => !this.#bad.has(file));
    this.#said = new Set(lines);
    this.#bad = bad;
    return [...fresh, ...(refused ? ['What was in force before stays in force.'] : []), ...mended];
  }
}

function lineOf({ file, line, ref, path, reason, severity }: FileProblem): string {
  const place = [line > 0 ? `${file}:${line}` : file, ref, path].filter((part) => part !== undefined && part !== '').join(' ');
  return `${severity} ${place}: ${reason}`;
}

const everyMs = 500;

/**
 * Says on the terminal what Galley finds wrong with the files, until the function that it returns is called.
 * @param ask gets the problems of now; while it rejects, Galley is away and there is nothing to say
 */
export function followFiles(ask: () => Promise<readonly FileProblem[]>, { clock, say }: { readonly clock: Clock; readonly say: (line: string) => void }): () => void {
  const report = new FileReport();
  let stopped = false;
  let cancel: () => void = () => undefined;
  const look = async (): Promise<void> => {
    const problems = await ask().catch(() => undefined);
    if (stopped) return;
    for (const line of problems === undefined ? [] : report.news(problems)) say(line);
    cancel = clock.after(everyMs, () => void look());
  };
  void look();
  return () => {
    stopped = true;
    cancel();
  };
}

/** The problems that the Galley at `url` sees now. */
export async function fileProblems(url: string, token: string): Promise<readonly FileProblem[]> {
  const response = await fetch(`${url}/v1/problems`, { headers: { authorization: `Bearer ${token}` }, signal: AbortSignal.timeout(5_000) });
  if (!response.ok) throw new Error(`Galley answered ${response.status}`);
  const { items } = (await response.json()) as { readonly items: readonly FileProblem[] };
  return items;
}
