import { remember } from '@flotilla/mesh';
import { virtualHostBytes } from '../routing/route-configuration.ts';
import type { RestOfHosts } from '../routing/route-table.ts';

const made = new Map<number, RestOfHosts>();

/** The virtual host of a port for which nobody has routes: every request is answered with 404. */
export function noRoutes(port: number): RestOfHosts {
  const name = `blackhole:${port}`;
  return remember(made, port, () => ({ name, bytes: virtualHostBytes({ name, domains: ['*'] }) }));
}
