import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { afterAll, expect } from 'vitest';

const updating = process.env['UPDATE_GOLDEN'] === '1';

/**
 * Holds `actual` against the golden file at `path`. With UPDATE_GOLDEN=1 the file is rewritten
 * instead; a difference or a missing file fails and says how to update.
 */
export function expectGolden(path: string, actual: string): void {
  if (updating) {
    mkdirSync(dirname(path), { recursive: true });
    if (!existsSync(path) || readFileSync(path, 'utf8') !== actual) writeFileSync(path, actual);
    return;
  }
  const hint = `golden file ${relative(process.cwd(), path)}; if the new output is right, run: UPDATE_GOLDEN=1 npx vitest run --project unit`;
  expect(existsSync(path), `missing ${hint}`).toBe(true);
  expect(actual, hint).toBe(readFileSync(path, 'utf8'));
}

/** One input of a golden folder: `retries.in.yaml` has the name `retries` and the output `retries.out.yaml`. */
export interface GoldenCase {
  readonly name: string;
  readonly input: string;
  /** Path of the golden output, for {@link expectGolden}. */
  readonly output: string;
}

/**
 * The golden pairs `<name>.in<extension>` and `<name>.out<extension>` of a folder. Outputs without
 * an input are orphans: they fail the test file that uses the folder, or go with UPDATE_GOLDEN=1.
 */
export function goldenCases(folder: string, extension = '.yaml'): GoldenCase[] {
  const files = readdirSync(folder);
  const names = files.filter((file) => file.endsWith(`.in${extension}`)).map((file) => file.slice(0, -`.in${extension}`.length));
  const orphans = files.filter((file) => file.endsWith(`.out${extension}`) && !names.includes(file.slice(0, -`.out${extension}`.length)));
  afterAll(() => {
    if (updating) for (const orphan of orphans) rmSync(join(folder, orphan));
    else expect(orphans, 'golden outputs without an input; UPDATE_GOLDEN=1 removes them').toEqual([]);
  });
  return names.map((name) => ({
    name,
    input: readFileSync(join(folder, `${name}.in${extension}`), 'utf8'),
    output: join(folder, `${name}.out${extension}`),
  }));
}
