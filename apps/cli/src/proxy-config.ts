import { describeRoute, type Route } from './route-line.ts';
import { table } from './table.ts';

/** What Pilot gives a proxy; `config` is Envoy's JSON of one resource, in the names of its protos. */
export interface ProxyConfig {
  readonly id: string;
  readonly resources: readonly { readonly typeUrl: string; readonly name: string; readonly version?: string; readonly config: unknown }[];
}

interface SocketAddress {
  readonly socket_address?: { readonly address?: string; readonly port_value?: number };
  readonly pipe?: { readonly path?: string };
}

interface Listener {
  readonly name: string;
  readonly address?: SocketAddress;
  readonly filter_chains?: readonly { readonly name?: string; readonly filter_chain_match?: unknown }[];
}

interface Cluster {
  readonly name: string;
  readonly type?: string;
  readonly cluster_type?: { readonly name?: string };
  readonly lb_policy?: string;
}

interface Assignment {
  readonly cluster_name: string;
  readonly endpoints?: readonly { readonly lb_endpoints?: readonly { readonly endpoint?: { readonly address?: SocketAddress }; readonly load_balancing_weight?: number }[] }[];
}

interface VirtualHost {
  readonly name: string;
  readonly domains?: readonly string[];
  readonly routes?: readonly Route[];
}

export interface RouteConfiguration {
  readonly name: string;
  readonly virtual_hosts?: readonly VirtualHost[];
}

function addressOf(address: SocketAddress | undefined): string {
  const { socket_address, pipe } = address ?? {};
  return socket_address === undefined ? (pipe?.path ?? '-') : `${socket_address.address ?? '*'}:${socket_address.port_value ?? 0}`;
}

/** The resources of a type, by name. */
function ofType<T>({ resources }: ProxyConfig, type: string): T[] {
  return resources
    .filter(({ typeUrl }) => typeUrl.endsWith(`.${type}`))
    .sort((a, b) => a.name.localeCompare(b.name))
    .map(({ config }) => config as T);
}

const shortened = (texts: readonly string[], most: number): string => `${texts.slice(0, most).join(', ')}${texts.length > most ? `, ... ${texts.length - most} more` : ''}`;

function section(title: string, headings: readonly string[], rows: readonly (readonly string[])[]): string {
  return rows.length === 0 ? `${title}: none` : `${title}\n${table(headings, rows)}`;
}

/** A proxy's configuration for people: listeners, routes, clusters and their endpoints, a line each. */
export function describeConfig(config: ProxyConfig): string {
  const listeners = ofType<Listener>(config, 'Listener').map(({ name, address, filter_chains = [] }) => [name, addressOf(address), String(filter_chains.length)]);
  const discovered = ofType<VirtualHost>(config, 'VirtualHost');
  const routes = ofType<RouteConfiguration>(config, 'RouteConfiguration').flatMap(({ name, virtual_hosts = [] }) =>
    [...virtual_hosts, ...discovered.filter((host) => host.name.startsWith(`${name}/`))].flatMap(({ domains = [], routes: all = [] }) => all.map((route) => [name, shortened([...domains].sort((a, b) => a.length - b.length), 2), ...describeRoute(route)])),
  );
  const endpoints = ofType<Assignment>(config, 'ClusterLoadAssignment').map(({ cluster_name, endpoints: localities = [] }) => {
    const addresses = localities.flatMap(({ lb_endpoints = [] }) => lb_endpoints.map(({ endpoint }) => addressOf(endpoint?.address)));
    return [cluster_name, addresses.length === 0 ? '(none)' : shortened(addresses, 4)];
  });
  const clusters = ofType<Cluster>(config, 'Cluster').map(({ name, type, cluster_type, lb_policy }) => [name, type ?? cluster_type?.name ?? 'STATIC', lb_policy ?? 'ROUND_ROBIN']);
  return [
    config.id,
    section('LISTENERS', ['name', 'address', 'filter chains'], listeners),
    section('ROUTES', ['configuration', 'domains', 'match', 'action'], routes),
    section('CLUSTERS', ['name', 'discovery', 'balancing'], clusters),
    section('ENDPOINTS', ['cluster', 'addresses'], endpoints),
  ].join('\n\n');
}
