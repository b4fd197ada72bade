import { delay, type Clock } from '@flotilla/runtime';
import { askEnvoy } from './envoy-admin.ts';

/** How often is looked whether everything is done. */
const pollMs = 100;

/**
 * For how long nothing may have come. That the endpoint is withdrawn reaches the other proxies a little later, and
 * each request until then would find a listener that is about to be gone.
 */
const quietMs = 1_000;

/** `listener.<address>_<port>.downstream_cx_active` and `http.<prefix>.downstream_rq_active`, as Envoy writes them. */
const activeFilter = '^(listener\\.[^/]*\\.downstream_cx_active|http\\..*\\.downstream_rq_active)$';

/**
 * Has an Envoy finish: its listeners ask their clients to go elsewhere, and are closed in the end. Resolves
 * when for a while no request was under way and no other proxy connected, or after `seconds`.
 *
 * @param httpProxyPort the application's own connections, to this port, need not be closed
 */
export async function drain(adminSocket: string, { clock, seconds, httpProxyPort }: { readonly clock: Clock; readonly seconds: number; readonly httpProxyPort?: number | undefined }): Promise<void> {
  if (seconds <= 0) return;
  const deadline = clock.now() + seconds * 1000;
  try {
    await askEnvoy(adminSocket, '/drain_listeners?graceful', 'POST');
    let busyAt = clock.now();
    while (clock.now() < deadline && clock.now() - busyAt < quietMs) {
      await delay(clock, pollMs);
      if (!isIdle(await activity(adminSocket), httpProxyPort)) busyAt = clock.now();
    }
  } catch {
    // It is gone already.
  }
}

async function activity(adminSocket: string): Promise<string> {
  return (await askEnvoy(adminSocket, `/stats?filter=${encodeURIComponent(activeFilter)}`)).body.toString();
}

/** Reads Envoy's statistics, a line each; those of its admin interface do not count. */
export function isIdle(stats: string, httpProxyPort: number | undefined): boolean {
  return stats.split('\n').every((line) => {
    const [, name = '', value = '0'] = /^(.+): (\d+)$/.exec(line) ?? [];
    const ownApplication = httpProxyPort !== undefined && name.startsWith('listener.') && name.endsWith(`_${httpProxyPort}.downstream_cx_active`);
    return value === '0' || ownApplication || name.startsWith('listener.admin.') || name.startsWith('http.admin.');
  });
}
