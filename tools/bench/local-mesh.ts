import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { eventually, freePorts, Hopeless, startProcess } from '@flotilla/testing';

const launcherFile = resolve(import.meta.dirname, '../launcher/main.ts');
const portFlags = ['gateway', 'galley', 'pilot', 'mixer', 'citadel', 'agent', 'xds', 'nats', 'registry', 'csr', 'telemetry'];

/** Loopback addresses of this process's own: two benchmarks at one time seldom meet. */
export const ownNetwork = `127.${140 + (process.pid % 100)}`;

/** What the launcher writes about a mesh that runs. */
export interface MeshDescription {
  /** Base URLs of the admin APIs, by part. */
  readonly urls: Readonly<Record<string, string>>;
  readonly pids: Readonly<Record<string, number>>;
  readonly tokenFile: string;
}

/** A mesh that the launcher brings up, with ports and addresses of its own. */
export interface LocalMesh {
  /** Resolves when the mesh is ready. */
  readonly ready: Promise<MeshDescription>;
  /** As it is now; undefined before the launcher has said anything. */
  description(): MeshDescription | undefined;
  stop(): Promise<void>;
}

/** Starts the launcher; `flags` say what it shall bring up. */
export async function launchMesh(home: string, flags: readonly string[]): Promise<LocalMesh> {
  const ports = await freePorts(portFlags.length);
  const launcher = startProcess(process.execPath, [launcherFile, '--home', home, '--addresses', `${ownNetwork}.0.0`, ...portFlags.flatMap((name, index) => [`--${name}-port`, String(ports[index])]), ...flags]);
  const read = (): MeshDescription => JSON.parse(readFileSync(join(home, 'run/mesh.json'), 'utf8')) as MeshDescription;
  const ready = eventually(() => {
    if (launcher.ended()) throw new Hopeless(launcher.output());
    if (!launcher.output().includes('Flotilla is ready')) throw new Error(`the mesh does not come up:\n${launcher.output()}`);
    return read();
  }, { timeoutMs: 300_000 });
  return {
    ready,
    description() {
      try {
        return read();
      } catch {
        return undefined;
      }
    },
    stop: () => launcher.stop(),
  };
}
