import { fullHost, gatewaysByAge, hostMatches, remember } from '@flotilla/mesh';
import { resourceKey, type Gateway, type Server } from '@flotilla/resources';
import { gatewayLayout, servesGateway, type GatewayPort } from '@flotilla/translate';
import type { NearMiss } from '../explanation.ts';
import type { Question } from './question.ts';
import { requestedHost } from './requested-host.ts';
import { foundNoHost } from './unknown-host.ts';

/** How many are shown: enough to see a slip of the pen. */
const shown = 5;

/** The most telling first: what is for the port and the host, then what is for one of them. */
interface Close {
  readonly parts: 1 | 2;
  readonly miss: NearMiss;
}

/**
 * The servers of Gateways that came close to a request which got nowhere at a gateway: those that are for its port, or
 * for its host, and why they are not for it.
 */
export function closeGateways(question: Question): NearMiss[] {
  const { snapshot, scope, landing } = question;
  const at = landing.error === null ? undefined : foundNoHost(landing) ? 'virtualHost' : places[landing.error];
  if (scope.type !== 'gateway' || at === undefined) return [];
  const served = new Map<Server, GatewayPort[]>();
  for (const port of gatewayLayout(snapshot, scope).ports) for (const { server } of port.servers) remember(served, server, (): GatewayPort[] => []).push(port);
  const close = gatewaysByAge(snapshot).flatMap((gateway) => gateway.spec.servers.flatMap((server, index) => closeServer(question, gateway, server, index, at, served.get(server) ?? []) ?? []));
  return close.sort((a, b) => b.parts - a.parts).slice(0, shown).map(({ miss }) => miss);
}

const places: Readonly<Partial<Record<NonNullable<Question['landing']['error']>, NearMiss['at']>>> = {
  'no listener matched': 'listener',
  'no filter chains matched': 'filterChain',
};

/** @param ports on which the proxy serves it */
function closeServer({ snapshot, scope, request }: Question, gateway: Gateway, server: Server, index: number, at: NearMiss['at'], ports: readonly GatewayPort[]): Close | undefined {
  const host = requestedHost(request);
  const numbers = ports.length === 0 ? [server.port.number] : ports.map(({ number }) => number);
  const samePort = numbers.includes(request.port);
  const sameHost = host !== '' && server.hosts.some((own) => hostMatches(fullHost(own.slice(own.indexOf('/') + 1), gateway.metadata.namespace, snapshot.mesh.domainSuffix), host));
  if (!samePort && !sameHost) return undefined;
  const resource = resourceKey(gateway);
  const because = (path: string, reason: string): Close => ({ parts: samePort && sameHost ? 2 : 1, miss: { at, name: resource, reason, resource, path } });
  const field = `spec.servers[${index}]`;
  if (!servesGateway(snapshot, scope, gateway)) return because('spec.selector', `is for proxies labelled ${labelsText(gateway.spec.selector)}, this one is ${labelsText(scope.labels)}`);
  if (ports.length === 0) return because(field, outranked(gatewayLayout(snapshot, scope).ports, server));
  if (!samePort) return because(`${field}.port`, `is for port ${numbers.join(', ')}, the request for ${request.port}`);
  if (!sameHost) return because(`${field}.hosts`, `is for ${server.hosts.join(', ')}, the request for ${host === '' ? 'no host' : host}`);
  // What its filter chain asks for besides the host is told of that.
  return at === 'filterChain' ? undefined : because(field, 'has no VirtualService that says where its traffic goes');
}

/** Why a server has no place among those of its port. */
function outranked(ports: readonly GatewayPort[], { port }: Server): string {
  const [older] = ports.find(({ number }) => number === port.number)?.servers ?? [];
  return older === undefined ? 'cannot be served as it is' : `does not go with what Gateway/${older.gateway}, which is older, has on port ${port.number ?? 0}`;
}

function labelsText(labels: Readonly<Record<string, string>> = {}): string {
  const all = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
  return all.length === 0 ? 'with nothing' : all.join(', ');
}
