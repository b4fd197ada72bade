import { readFileSync } from 'node:fs';
import { eventually } from '@flotilla/testing';
import { AdminApi } from './admin-api.ts';
import type { MeshDescription } from './local-mesh.ts';

/** The services of a mesh that configuration goes through. */
export interface ControlPlane {
  readonly pids: Readonly<Record<'nats' | 'galley' | 'pilot', number>>;
  readonly galley: AdminApi;
  readonly pilot: AdminApi;
  /** Writes resources by Galley's REST API, all in one revision. */
  apply(yaml: string): Promise<void>;
  /** Waits until Pilot has read all that Galley has written. */
  read(): Promise<void>;
}

/** The admin API of a part of a mesh. */
export function adminOf({ urls, tokenFile }: MeshDescription, part: string): AdminApi {
  return new AdminApi(urls[part] ?? '', readFileSync(tokenFile, 'utf8').trim());
}

export function controlPlaneOf(description: MeshDescription): ControlPlane {
  const [galley, pilot] = [adminOf(description, 'galley'), adminOf(description, 'pilot')];
  return {
    pids: description.pids,
    galley,
    pilot,
    apply: (yaml) => galley.post('/v1/apply', yaml),
    read: () =>
      eventually(
        async () => {
          const [written, has] = await Promise.all([galley.get('/v1/revision'), pilot.get('/v1/revision')]);
          if (written !== has) throw new Error(`Galley is at ${written}, Pilot at ${has}`);
        },
        // A large mesh on a busy machine.
        { timeoutMs: 300_000 },
      ),
  };
}
