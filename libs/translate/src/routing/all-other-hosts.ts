import { remember } from '@flotilla/mesh';
import { dynamicDns } from '../clusters/names.ts';
import { virtualHostBytes } from './route-configuration.ts';
import type { RouteFields } from './http/route-fields.ts';
import type { RestOfHosts } from './route-table.ts';
import { tunnelRoutes } from './tunnels.ts';

const unlimited = { timeout: { seconds: 0n }, maxStreamDuration: { maxStreamDuration: { seconds: 0n } } };

const blockAll = takingAll('block_all', { case: 'directResponse', value: { status: 502 } });
const allowing = new Map<string, RestOfHosts>();

/**
 * The virtual host for hosts that nobody in the mesh has: sent to a cluster, or refused with 502.
 *
 * @param cluster as `unknownRequests` gives it
 * @param tunnels whether tunnels may be asked for too
 */
export function allOtherHosts(cluster: string | undefined, tunnels: boolean): RestOfHosts {
  if (cluster === undefined) return blockAll;
  const more = tunnels ? tunnelRoutes([{ name: cluster, weight: 1 }]) : [];
  return remember(allowing, `${cluster} ${tunnels}`, () =>
    takingAll(cluster === dynamicDns ? 'allow_any_dynamic_dns' : 'allow_any', { case: 'route', value: { clusterSpecifier: { case: 'cluster', value: cluster }, ...unlimited } }, more),
  );
}

function takingAll(name: string, action: NonNullable<RouteFields['action']>, more: readonly RouteFields[] = []): RestOfHosts {
  const routes = [{ name, match: { pathSpecifier: { case: 'prefix' as const, value: '/' } }, action }, ...more];
  return { name, bytes: virtualHostBytes({ name, domains: ['*'], includeRequestAttemptCount: true, routes }) };
}
