import type { Clock, Logger } from '@flotilla/runtime';
import type { RunFolders } from './run-folders.ts';
import type { Settings } from './settings.ts';

/** What all workloads of an agent share. */
export interface AgentContext {
  readonly settings: Settings;
  readonly folders: RunFolders;
  /** Where Envoys have their log files; undefined where they write to the agent's own output. */
  readonly logFolder: string | undefined;
  /** Path of the Envoy program. */
  readonly envoyProgram: string;
  /** Read anew for each request to Citadel: both files may be replaced. */
  readonly citadelRoot: () => Promise<string>;
  readonly identityToken: () => Promise<string>;
  readonly galleySpiffeId: string;
  readonly pilotSpiffeId: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Gives numbers in [0, 1). */
  readonly random: () => number;
}
