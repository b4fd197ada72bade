import { randomBytes } from 'node:crypto';
import { chmod, copyFile, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FlotillaError, messageOf } from '@flotilla/errors';
import { findTool, inspect, type FoundTool } from './find-tool.ts';
import type { Say, Source, Tool } from './tool.ts';

/** Gets the tool from one source and puts it into `bin` under its name, whole or not at all. */
async function obtainFrom(source: Source, tool: Tool, bin: string, say: Say): Promise<FoundTool> {
  const scratch = await mkdtemp(join(tmpdir(), 'flotilla-tool-'));
  const draft = join(bin, `.${tool.name}.${randomBytes(6).toString('hex')}`);
  const path = join(bin, tool.name);
  try {
    const obtained = await source.obtain(scratch, say);
    await chmod(obtained, 0o755);
    const seen = await inspect(tool, obtained);
    if ('problem' in seen) throw new Error(seen.problem);
    await mkdir(bin, { recursive: true });
    await copyFile(obtained, draft);
    await rename(draft, path);
    return { tool, path, version: seen.version, how: `obtained from ${source.title}` };
  } finally {
    await rm(draft, { force: true });
    await rm(scratch, { recursive: true, force: true });
  }
}

/**
 * The tool, wherever it can be had: first what is there (see findTool), then each of its sources.
 * @param place.bin the folder to keep it in
 * @throws FlotillaError TOOL_MISSING with all that was tried, and what the user can do
 */
export async function obtainTool(tool: Tool, { env, bin, say }: { readonly env: NodeJS.ProcessEnv; readonly bin: string; readonly say: Say }): Promise<FoundTool> {
  const search = await findTool(tool, { env, bin });
  if (search.found !== undefined) return search.found;
  const tried = [...search.tried];
  for (const source of tool.sources) {
    say(`${tool.title}: trying ${source.title}`);
    try {
      return await obtainFrom(source, tool, bin, (line) => say(`${tool.title}: ${line}`));
    } catch (error) {
      tried.push(`${source.title}: ${messageOf(error)}`);
    }
  }
  throw new FlotillaError('TOOL_MISSING', `${tool.title} ${tool.oldest} or newer is needed and could not be obtained. Install it on the PATH, or name it with ${tool.variable}. Tried:`, {
    problems: tried.map((message) => ({ path: '', message })),
  });
}
