import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '@flotilla/runtime';
import type { Home } from './home.ts';
import { pilotsOf } from './pilots.ts';
import type { LauncherSettings } from './settings.ts';
import type { Workload } from './workloads.ts';

/** What is written about a running mesh, for the CLI and for tests. */
export interface MeshDescription {
  /** Base URLs of the admin APIs and of the gateway. */
  readonly urls: Readonly<Record<string, string>>;
  readonly ports: Readonly<Record<string, number>>;
  /** File of the admin APIs' bearer token. */
  readonly tokenFile: string;
  /** File of the token that the agent shows to Citadel. */
  readonly agentTokenFile: string;
  readonly launcher: number;
  /** Process ids by part, as they are now. */
  readonly pids: Readonly<Record<string, number>>;
  readonly workloads: readonly Workload[];
}

/** Where clients find the parts of a mesh with these settings. */
export function addressesOf(settings: LauncherSettings): Pick<MeshDescription, 'urls' | 'ports'> {
  const { only } = settings;
  const ofPart = (name: string): string => (name === 'agent' || name === 'gateway' ? 'bookshop' : (name.split('-')[0] ?? name));
  const chosen = (name: string): boolean => (only as readonly string[]).includes(ofPart(name));
  const pilots = Object.fromEntries(pilotsOf(settings).map(({ name, adminPort }) => [name, adminPort]));
  const http = { galley: settings.galleyPort, ...pilots, mixer: settings.mixerPort, citadel: settings.citadelPort, agent: settings.agentPort, gateway: settings.gatewayPort };
  return {
    urls: Object.fromEntries(Object.entries(http).filter(([name]) => chosen(name)).map(([name, port]) => [name, `http://127.0.0.1:${port}`])),
    ports: { xds: settings.xdsPort, csr: settings.csrPort, telemetry: settings.telemetryPort, registry: settings.registryPort, nats: settings.natsPort, ...http },
  };
}

/** Keeps `<home>/run/mesh.json` as it should be; writes follow one another. */
export class MeshFile {
  readonly path: string;
  #description: MeshDescription;
  #written: Promise<void> = Promise.resolve();

  constructor(home: Home, description: MeshDescription) {
    this.path = join(home.run, 'mesh.json');
    this.#description = description;
  }

  /** Notes that `part` runs as `pid` from now on. */
  setPid(part: string, pid: number): Promise<void> {
    this.#description = { ...this.#description, pids: { ...this.#description.pids, [part]: pid } };
    return this.write();
  }

  /** Takes the file away: there is no mesh any more. */
  async remove(): Promise<void> {
    await this.#written;
    await rm(this.path, { force: true });
  }

  write(): Promise<void> {
    const text = `${JSON.stringify(this.#description, null, 2)}\n`;
    this.#written = this.#written.then(() => writeFileAtomic(this.path, text, 0o600));
    return this.#written;
  }
}
