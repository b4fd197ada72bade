import { endpointPort, remember, takesMutualTls, type Endpoint, type MeshConfig, type NetworkGateway, type NetworkGateways, type ServicePort } from '@flotilla/mesh';
import type { PortPolicy } from '../clusters/policy.ts';
import type { EndpointGroup } from './endpoint-groups.ts';

/** The network that clients are in, and the ways into others. */
export interface NetworkView {
  /** Empty where it has no name: then everything is reached directly. */
  readonly own: string;
  readonly gateways: NetworkGateways;
}

const keys = new WeakMap<NetworkGateways, string>();

/** Tells what clients reach otherwise from what others do, as text. */
export function networkKey(view: NetworkView | undefined): string {
  return view === undefined ? '' : `${view.own} ${remember(keys, view.gateways, () => JSON.stringify([...view.gateways]))}`;
}

/** Whether an endpoint is in the network that clients are in, as far as anybody knows. */
export function isNear({ network }: Endpoint, view: NetworkView | undefined): boolean {
  return view === undefined || view.own === '' || network === '' || network === view.own;
}

/** Whether clients reach an endpoint at its own address. */
function isDirect(endpoint: Endpoint, view: NetworkView | undefined): boolean {
  return isNear(endpoint, view) || view?.gateways.has(endpoint.network) !== true;
}

/**
 * Groups of endpoints as clients of a network reach them: those of other networks by the gateways of these, which share
 * their weight. Gateways pass mTLS on by what it asks for; who does not take it, or is not asked by it, is not reached.
 */
export function throughGateways(groups: readonly EndpointGroup[], port: ServicePort, policy: PortPolicy, view: NetworkView | undefined, mesh: MeshConfig): EndpointGroup[] {
  if (view === undefined || groups.every(({ endpoints }) => endpoints.every((endpoint) => isDirect(endpoint, view)))) return [...groups];
  const asks = asksByMutualTls(policy, mesh);
  // A weight is shared without a rest: all are multiplied by what every number of gateways divides.
  const scale = [...view.gateways.values()].map((gateways) => gateways.length).reduce(leastCommonMultiple, 1);
  return groups.flatMap((group) => {
    const direct = group.endpoints.filter((endpoint) => isDirect(endpoint, view)).map((endpoint) => ({ ...endpoint, weight: weightOf(endpoint) * scale }));
    const remote = group.endpoints.filter((endpoint) => !isDirect(endpoint, view) && asks && takesMutualTls(endpoint, endpointPort(endpoint, port)));
    const gateways = [...Map.groupBy(remote, ({ network }) => network)].flatMap(([network, members]) => gatewaysFor(members, view.gateways.get(network) ?? [], port, scale));
    const endpoints = [...direct, ...gateways];
    return endpoints.length === 0 ? [] : [{ ...group, endpoints }];
  });
}

function gatewaysFor(members: readonly Endpoint[], gateways: readonly NetworkGateway[], port: ServicePort, scale: number): Endpoint[] {
  const total = members.reduce((sum, member) => sum + weightOf(member), 0);
  const [first] = members;
  if (first === undefined) return [];
  return gateways.map(({ address, port: number }) => ({ ...first, address, ports: { [port.name]: number }, mutualTls: true, mutualTlsPorts: {}, weight: (total * scale) / gateways.length }));
}

function asksByMutualTls({ tls }: PortPolicy, mesh: MeshConfig): boolean {
  return tls?.mode === 'ISTIO_MUTUAL' || (tls === undefined && mesh.autoMtls && mesh.mtlsMode !== 'DISABLE');
}

function weightOf({ weight }: Endpoint): number {
  return weight === 0 ? 1 : weight;
}

function leastCommonMultiple(a: number, b: number): number {
  return (a * b) / greatestCommonDivisor(a, b);
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
