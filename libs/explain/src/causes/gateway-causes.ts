import { hostMatches, type Snapshot } from '@flotilla/mesh';
import { serverOfChain, virtualHostServers, type GatewayPort, type GatewayServer } from '@flotilla/translate';
import { withoutPort } from '../choose-virtual-host.ts';
import type { Cause } from '../explanation.ts';
import { gatewayPortOf, type Question } from './question.ts';
import type { RuleOfRoute } from './rule-of-route.ts';

/**
 * The servers of Gateways that made the listener, the filter chain and the virtual host which a request meets at a
 * gateway.
 *
 * @param rule that of the route which the request came to
 */
export function gatewayCauses(question: Question, rule: RuleOfRoute | undefined): Cause[] {
  const { snapshot, landing: { filterChain, virtualHost, error } } = question;
  const port = gatewayPortOf(question);
  const [oldest] = port?.servers ?? [];
  if (port === undefined || oldest === undefined) return [];
  const met = serversMet(question, port, rule);
  const cause = (of: Cause['of'], server: GatewayServer, field: string): Cause => ({ of, ...serverField(snapshot, server, field) });
  return [
    ...(met.length === 0 ? [oldest] : met).map((server) => cause('listener', server, 'port')),
    ...(filterChain === null ? [] : met.map((server) => cause('filter chain', server, opensTls(server) ? 'tls' : 'port.protocol'))),
    ...(virtualHost === null ? [] : met.flatMap((server) => hostPlaces(server, virtualHost).map((at) => cause('virtual host', server, `hosts[${at}]`)))),
    ...(error === 'tls required, sending 301' ? met.map((server) => cause('answer', server, 'tls.httpsRedirect')) : []),
  ];
}

/** The servers that a request came to: those by which its route came to be there, else those that have its host or its filter chain. */
function serversMet({ snapshot, scope, landing, way: { virtualHost, chain } }: Question, port: GatewayPort, rule: RuleOfRoute | undefined): readonly GatewayServer[] {
  const { routeConfig, error } = landing;
  if (rule !== undefined) return rule.origin.servers;
  if (virtualHost !== undefined && routeConfig !== null) {
    const servers = virtualHostServers(snapshot, scope, routeConfig, virtualHost.name);
    if (servers.length > 0) return error === 'tls required, sending 301' ? servers.filter(({ server }) => server.tls?.httpsRedirect === true) : servers;
  }
  const taker = chain === undefined ? undefined : serverOfChain(snapshot, scope, port, chain);
  return taker === undefined ? [] : [taker];
}

function opensTls({ kind }: GatewayServer): boolean {
  return kind !== 'http' && kind !== 'tcp';
}

/** Where the hosts of a server stand that a virtual host is for. */
function hostPlaces({ hosts }: GatewayServer, virtualHost: string): number[] {
  const domain = withoutPort(virtualHost);
  return hosts.flatMap(({ host }, at) => (hostMatches(host, domain) ? [at] : []));
}

/** A field of a server, as `spec.servers[0].port` of its Gateway. */
export function serverField({ gateways }: Snapshot, { gateway, server }: GatewayServer, field: string): { readonly resource: string; readonly path: string } {
  const at = gateways.get(gateway)?.spec.servers.indexOf(server) ?? -1;
  return { resource: `Gateway/${gateway}`, path: `spec.servers[${at}].${field}` };
}
