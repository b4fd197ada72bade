import type { Workload } from '../workload.ts';

/** Where a probe asks. */
export interface ProbeTarget {
  readonly host: string;
  readonly port: number;
  /** The address that it asks from, where that is not for the system to choose. */
  readonly from?: string | undefined;
}

/**
 * Where a probe of a workload's port asks: at the host that it names, else where the application listens, so that the
 * answer is the application's own and not its Envoy's.
 */
export function probeTarget({ port, host = '' }: { readonly port: number; readonly host?: string }, { ports }: Pick<Workload, 'ports'>): ProbeTarget {
  if (host !== '') return { host, port };
  const app = ports.find(({ number }) => number === port)?.app;
  if (app === undefined) return { host: '127.0.0.1', port };
  const colon = app.lastIndexOf(':');
  return { host: app.slice(0, colon).replace(/^\[(.*)\]$/, '$1'), port: Number(app.slice(colon + 1)) };
}
