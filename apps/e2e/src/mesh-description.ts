import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A workload of the local mesh and where its sidecar or gateway listens. */
export interface WorkloadDescription {
  readonly name: string;
  readonly namespace: string;
  readonly address: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** What the launcher writes about a running mesh, in `<home>/run/mesh.json`. */
export interface MeshDescription {
  readonly urls: Readonly<Record<string, string>> & Readonly<Record<'galley' | 'pilot' | 'mixer' | 'citadel' | 'agent' | 'gateway', string>>;
  readonly tokenFile: string;
  readonly ports: Readonly<Record<string, number>> & Readonly<Record<'csr', number>>;
  readonly agentTokenFile: string;
  readonly pids: Readonly<Record<string, number>>;
  readonly workloads: readonly WorkloadDescription[];
}

export function readDescription(home: string): MeshDescription {
  return JSON.parse(readFileSync(join(home, 'run/mesh.json'), 'utf8')) as MeshDescription;
}
