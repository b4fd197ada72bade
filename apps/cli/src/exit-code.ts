import { FlotillaError, type Code } from '@flotilla/errors';

/** What the shell is told. */
export const exitCode = { ok: 0, mistake: 1, badState: 2, unreachable: 3, /** istioctl's. */ analysisFindings: 79 } as const;

const unreachable: readonly Code[] = ['CONTROL_PLANE_UNREACHABLE', 'KUBERNETES_UNAVAILABLE', 'STORE_UNAVAILABLE', 'NOT_READY'];
const badState: readonly Code[] = ['INTERNAL'];

/** The exit code for what a command threw: the user's mistake unless it says otherwise. */
export function exitCodeOf(error: unknown): number {
  if (!(error instanceof FlotillaError)) return exitCode.badState;
  if (unreachable.includes(error.code)) return exitCode.unreachable;
  return badState.includes(error.code) ? exitCode.badState : exitCode.mistake;
}
