import type { RouteSchema } from '@flotilla/envoy-api/envoy/config/route/v3/route_components_pb.js';
import type { Fields } from '../message-fields.ts';
import { dynamicDns } from '../clusters/names.ts';
import { remember } from '../remember.ts';
import { virtualHostBytes } from './route-configuration.ts';
import type { RestOfHosts } from './route-table.ts';

const unlimited = { timeout: { seconds: 0n }, maxStreamDuration: { maxStreamDuration: { seconds: 0n } } };

const blockAll = takingAll('block_all', { case: 'directResponse', value: { status: 502 } });
const allowing = new Map<string, RestOfHosts>();

/**
 * The virtual host for hosts that nobody in the mesh has: sent to a cluster, or refused with 502.
 *
 * @param cluster as `unknownRequests` gives it
 */
export function allOtherHosts(cluster: string | undefined): RestOfHosts {
  if (cluster === undefined) return blockAll;
  return remember(allowing, cluster, () => takingAll(cluster === dynamicDns ? 'allow_any_dynamic_dns' : 'allow_any', { case: 'route', value: { clusterSpecifier: { case: 'cluster', value: cluster }, ...unlimited } }));
}

function takingAll(name: string, action: NonNullable<Fields<typeof RouteSchema>['action']>): RestOfHosts {
  const routes = [{ name, match: { pathSpecifier: { case: 'prefix' as const, value: '/' } }, action }];
  return { name, bytes: virtualHostBytes({ name, domains: ['*'], includeRequestAttemptCount: true, routes }) };
}
