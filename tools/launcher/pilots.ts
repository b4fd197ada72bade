import type { LauncherSettings } from './settings.ts';

/** One of the Pilots that share a mesh, with nothing between them but the bus. */
export interface PilotPart {
  readonly name: string;
  readonly adminPort: number;
  readonly xdsPort: number;
}

/** How far apart the ports of one Pilot are from those of the next. */
const portStep = 100;

/** The Pilots of a mesh: `pilot`, `pilot-2`, and so on. */
export function pilotsOf({ pilots, pilotPort, xdsPort }: Pick<LauncherSettings, 'pilots' | 'pilotPort' | 'xdsPort'>): PilotPart[] {
  return Array.from({ length: pilots }, (_, index) => ({
    name: index === 0 ? 'pilot' : `pilot-${index + 1}`,
    adminPort: pilotPort + index * portStep,
    xdsPort: xdsPort + index * portStep,
  }));
}
