import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { FlotillaError, messageOf } from '@flotilla/errors';
import type { Terminal } from './terminal.ts';

/** The services whose admin APIs the CLI calls. */
export type Service = 'galley' | 'pilot' | 'agent';

/** Flags that every command takes to find the control plane. */
export interface ConnectionFlags {
  readonly galley?: string;
  readonly pilot?: string;
  readonly agent?: string;
  readonly tokenFile?: string;
  readonly home?: string;
}

/** Where an admin API is, and the bearer token it wants. */
export interface Connection {
  readonly url: string;
  readonly token: string | undefined;
}

/** What the launcher writes about a running mesh, as far as it matters here. */
interface MeshFile {
  readonly urls?: Readonly<Record<string, string>>;
  readonly tokenFile?: string;
}

function meshFile(flags: ConnectionFlags, { env, cwd }: Terminal): { readonly path: string; readonly mesh: MeshFile | undefined } {
  const path = join(resolve(cwd, flags.home ?? env['FLOTILLA_HOME'] ?? '.flotilla'), 'run/mesh.json');
  if (!existsSync(path)) return { path, mesh: undefined };
  try {
    return { path, mesh: JSON.parse(readFileSync(path, 'utf8')) as MeshFile };
  } catch (error) {
    throw new FlotillaError('INVALID_SETTINGS', `${path} cannot be read: ${messageOf(error)}`);
  }
}

function tokenOf(flags: ConnectionFlags, { env, cwd }: Terminal, mesh: MeshFile | undefined): string | undefined {
  const given = env['FLOTILLA_TOKEN'];
  if (flags.tokenFile === undefined && given !== undefined && given !== '') return given;
  const file = flags.tokenFile ?? env['FLOTILLA_TOKEN_FILE'] ?? mesh?.tokenFile;
  if (file === undefined) return undefined;
  try {
    return readFileSync(resolve(cwd, file), 'utf8').trim();
  } catch (error) {
    throw new FlotillaError('INVALID_SETTINGS', `The token file cannot be read: ${messageOf(error)}`);
  }
}

/**
 * Finds the admin API of `service`: by flag, by environment (`FLOTILLA_GALLEY_URL`, `FLOTILLA_TOKEN`,
 * `FLOTILLA_TOKEN_FILE`), or from what the launcher wrote into its home.
 * @throws FlotillaError CONTROL_PLANE_UNREACHABLE when none of them says where
 */
export function findConnection(service: Service, flags: ConnectionFlags, terminal: Terminal): Connection {
  const { path, mesh } = meshFile(flags, terminal);
  const variable = `FLOTILLA_${service.toUpperCase()}_URL`;
  const url = flags[service] ?? terminal.env[variable] ?? mesh?.urls?.[service];
  if (url === undefined) {
    throw new FlotillaError('CONTROL_PLANE_UNREACHABLE', `No mesh is running here: there is no ${path}. Start one with npm start, or say where ${service} is with --${service} URL or ${variable}.`);
  }
  if (!URL.canParse(url)) throw new FlotillaError('INVALID_SETTINGS', `"${url}" is not the URL of ${service}; one looks like http://127.0.0.1:7010`);
  return { url, token: tokenOf(flags, terminal, mesh) };
}
