import { join, resolve } from 'node:path';
import { buildWhatChanged } from './build.ts';
import { obtainTool } from './obtain-tool.ts';
import { envoy, natsServer, type Say, type Tool } from './tool.ts';

export const workspace = resolve(import.meta.dirname, '../..');

/** Paths of the programs that the mesh runs. */
export interface Tools {
  readonly envoy: string;
  readonly natsServer: string;
}

/**
 * Finds or obtains Envoy and nats-server, and says which one of each is used and where it came from.
 * @throws FlotillaError TOOL_MISSING
 */
export async function obtainTools(say: Say): Promise<Tools> {
  const place = { env: process.env, bin: join(workspace, '.flotilla/bin'), say };
  const obtain = async (tool: Tool): Promise<string> => {
    const { title, path, version, how } = { ...tool, ...(await obtainTool(tool, place)) };
    say(`${title} ${version}: ${path} (${how})`);
    return path;
  };
  const [envoyPath, natsPath] = await Promise.all([obtain(envoy), obtain(natsServer)]);
  return { envoy: envoyPath, natsServer: natsPath };
}

/** All that has to be there before a mesh can be brought up: bundles of what is in the checkout, and the tools. */
export async function prepare(say: Say): Promise<Tools> {
  const [tools] = await Promise.all([obtainTools(say), buildWhatChanged(workspace, say)]);
  return tools;
}
