import type { MeshConfig } from '@flotilla/mesh';
import type { RouteSchema } from '@flotilla/envoy-api/envoy/config/route/v3/route_components_pb.js';
import { passthrough } from '../clusters/names.ts';
import type { Fields } from '../message-fields.ts';
import { virtualHostBytes } from './route-configuration.ts';
import type { RestOfHosts } from './route-table.ts';

const unlimited = { timeout: { seconds: 0n }, maxStreamDuration: { maxStreamDuration: { seconds: 0n } } };

const allowAny = takingAll('allow_any', { case: 'route', value: { clusterSpecifier: { case: 'cluster', value: passthrough }, ...unlimited } });

const blockAll = takingAll('block_all', { case: 'directResponse', value: { status: 502 } });

/** The virtual host for hosts that nobody in the mesh has: let through, or refused with 502. */
export function allOtherHosts(policy: MeshConfig['outboundTrafficPolicy']): RestOfHosts {
  return policy === 'ALLOW_ANY' ? allowAny : blockAll;
}

function takingAll(name: string, action: NonNullable<Fields<typeof RouteSchema>['action']>): RestOfHosts {
  const routes = [{ name, match: { pathSpecifier: { case: 'prefix' as const, value: '/' } }, action }];
  return { name, bytes: virtualHostBytes({ name, domains: ['*'], includeRequestAttemptCount: true, routes }) };
}
