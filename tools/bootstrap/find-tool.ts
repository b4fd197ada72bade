import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { FlotillaError } from '@flotilla/errors';
import { outputOf } from './run-command.ts';
import { isAtLeast, type Tool } from './tool.ts';

/** A tool that can be used, and where it is. */
export interface FoundTool {
  readonly tool: Tool;
  readonly path: string;
  readonly version: string;
  /** How it was found, as in `found on the PATH`. */
  readonly how: string;
}

/** What came of the search: the tool, or why each place had none that can be used. */
export type Search = { readonly found: FoundTool } | { readonly found?: undefined; readonly tried: readonly string[] };

/** The version of the program at `path`, or why it cannot be used. */
export async function inspect(tool: Tool, path: string): Promise<{ readonly version: string } | { readonly problem: string }> {
  const usable = await access(path, constants.X_OK).then(() => true, () => false);
  if (!usable) return { problem: `${path} is not a program` };
  const version = tool.version.exec((await outputOf(path, [tool.versionFlag])) ?? '')?.[1];
  if (version === undefined) return { problem: `${path} does not tell its version` };
  return isAtLeast(version, tool.oldest) ? { version } : { problem: `${path} is ${version}; ${tool.oldest} is needed, for ${tool.because}` };
}

/**
 * Looks for a tool where the environment names it, on the PATH, then where an earlier start put it.
 * @param bin the folder that obtained tools are kept in
 * @throws FlotillaError TOOL_MISSING when the environment names one that cannot be used
 */
export async function findTool(tool: Tool, { env, bin }: { readonly env: NodeJS.ProcessEnv; readonly bin: string }): Promise<Search> {
  const named = env[tool.variable];
  if (named !== undefined && named !== '') {
    const seen = await inspect(tool, named);
    if ('problem' in seen) throw new FlotillaError('TOOL_MISSING', `${tool.variable} cannot be used: ${seen.problem}`);
    return { found: { tool, path: named, version: seen.version, how: `named by ${tool.variable}` } };
  }
  const onPath = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '' && folder !== bin);
  const places = [...onPath.map((folder) => ({ folder, how: 'found on the PATH' })), { folder: bin, how: 'obtained earlier' }];
  const tried: string[] = [];
  for (const { folder, how } of places) {
    const path = join(folder, tool.name);
    if (!(await access(path).then(() => true, () => false))) continue;
    const seen = await inspect(tool, path);
    if ('version' in seen) return { found: { tool, path, version: seen.version, how } };
    tried.push(seen.problem);
  }
  return { tried: tried.length === 0 ? [`not on the PATH`] : tried };
}
