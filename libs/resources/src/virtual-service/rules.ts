import type { VirtualService } from '../resource.ts';
import { isIpAddress } from '../validation/address.ts';
import { checkWildcardName, faultOfWildcardName, isPartialWildcard } from '../validation/domain-name.ts';
import { checkExportTo } from '../validation/export-to.ts';
import { isJwtClaim } from '../validation/header.ts';
import { checkMetadata } from '../validation/metadata.ts';
import { each, type Place } from '../validation/place.ts';
import { checkGatewayNames } from './gateway-names.ts';
import { checkHttpRoute } from './http-route-rules.ts';
import { hostsOverlap } from './host-overlap.ts';
import { checkTcpRoute, checkTlsRoute } from './l4-route-rules.ts';
import { checkReachable } from './reachable.ts';
import type { VirtualServiceSpec } from './virtual-service.ts';

/** What the schema of a VirtualService cannot say. Without hosts it is a delegate: routes for others to refer to. */
export function virtualServiceRules({ metadata, spec }: VirtualService, at: Place): void {
  checkMetadata(metadata, at.at('metadata'));
  const here = at.at('spec');
  const hosts = spec.hosts ?? [];
  const delegate = hosts.length === 0;
  if (delegate) checkDelegate(spec, here);
  checkGatewayNames(spec.gateways, here.at('gateways'));
  checkHosts(hosts, boundToMesh(spec), here.at('hosts'));
  if (!boundToGateway(spec)) checkNoJwtClaims(spec, here);

  if (!spec.http?.length && !spec.tls?.length && !spec.tcp?.length) here.refuse('must have routes', { allowed: 'http, tls or tcp' });
  each(spec.http, here.at('http'), (route, place) => checkHttpRoute(route, delegate, place));
  each(spec.tls, here.at('tls'), (route, place) => checkTlsRoute(route, hosts, place));
  each(spec.tcp, here.at('tcp'), checkTcpRoute);
  checkReachable(spec.http, here.at('http'));
  checkReachable(spec.tls, here.at('tls'));
  checkReachable(spec.tcp, here.at('tcp'));
  checkExportTo(spec.exportTo, { namespace: metadata.namespace }, here.at('exportTo'));
}

const boundToMesh = ({ gateways }: VirtualServiceSpec): boolean => !gateways?.length || gateways.includes('mesh');
const boundToGateway = ({ gateways }: VirtualServiceSpec): boolean => gateways?.some((gateway) => gateway !== 'mesh') === true;

function checkDelegate(spec: VirtualServiceSpec, at: Place): void {
  for (const field of ['gateways', 'tls', 'tcp'] as const) {
    if (spec[field]?.length) at.at(field).refuse('cannot be given without hosts, which makes this a delegate of other VirtualServices');
  }
}

function checkHosts(hosts: readonly string[], mesh: boolean, at: Place): void {
  each(hosts, at, (host, here) => {
    if (isIpAddress(host)) return;
    checkWildcardName(host, here);
    if (host === '*' && mesh) here.refuse('cannot be every host for the sidecars of the mesh', { found: host, allowed: 'names, or gateways without "mesh"' });
    if (isPartialWildcard(host)) here.warn('is a wildcard within a label, which matches no more than its text', { found: host });
  });
  if (hosts.some((host) => faultOfWildcardName(host) !== undefined && !isIpAddress(host))) return;
  each(hosts, at, (host, here, index) => {
    const other = hosts.slice(0, index).find((earlier) => hostsOverlap(earlier, host));
    if (other !== undefined && !(mesh && (host === '*' || other === '*'))) here.refuse(`overlaps with ${JSON.stringify(other)}`, { found: host });
  });
}

/** Only gateways verify tokens before they route. */
function checkNoJwtClaims({ http }: VirtualServiceSpec, at: Place): void {
  each(http, at.at('http'), (route, place) => {
    each(route.match, place.at('match'), (match, here) => {
      for (const field of ['headers', 'withoutHeaders'] as const) {
        for (const name of Object.keys(match[field] ?? {})) {
          if (isJwtClaim(name)) here.at(field).at(name).refuse('reads a claim of the token, which can be routed by at gateways only', { found: name });
        }
      }
    });
  });
}
