import { checkSubnet, isIpAddress } from '../validation/address.ts';
import { checkWildcardName } from '../validation/domain-name.ts';
import { each, type Place } from '../validation/place.ts';
import { checkDestination, checkWeights } from './destination-rules.ts';
import { within } from './host-overlap.ts';
import { checkSource } from './match-rules.ts';
import type { TCPRoute, TLSRoute } from './virtual-service.ts';

/** A rule for connections that say by SNI which of the VirtualService's hosts they want. */
export function checkTlsRoute(route: TLSRoute, hosts: readonly string[], at: Place): void {
  if (route.match.length === 0) at.at('match').refuse('must have at least one condition');
  each(route.match, at.at('match'), (match, here) => {
    if (match.sniHosts.length === 0) here.at('sniHosts').refuse('must have at least one host');
    each(match.sniHosts, here.at('sniHosts'), (host, place) => checkSniHost(host, hosts, place));
    each(match.destinationSubnets, here.at('destinationSubnets'), checkSubnet);
    checkSource(match, here);
  });
  checkDestinations(route, at);
}

/** A rule for connections of which nothing but addresses and port is known. */
export function checkTcpRoute(route: TCPRoute, at: Place): void {
  each(route.match, at.at('match'), (match, here) => {
    each(match.destinationSubnets, here.at('destinationSubnets'), checkSubnet);
    if (match.sourceSubnet) checkSubnet(match.sourceSubnet, here.at('sourceSubnet'));
    checkSource(match, here);
  });
  checkDestinations(route, at);
}

function checkDestinations({ route = [] }: TLSRoute | TCPRoute, at: Place): void {
  const here = at.at('route');
  if (route.length === 0) here.refuse('must have at least one destination');
  each(route, here, ({ destination }, place) => checkDestination(destination, place.at('destination')));
  checkWeights(route, here);
}

function checkSniHost(host: string, hosts: readonly string[], at: Place): void {
  if (isIpAddress(host)) {
    at.warn('is an IP address, which clients do not send as SNI', { found: host });
    return;
  }
  checkWildcardName(host, at);
  if (!hosts.some((outer) => within(host, outer))) at.refuse('is not among the hosts of the VirtualService', { found: host, allowed: hosts.join(', ') });
}
