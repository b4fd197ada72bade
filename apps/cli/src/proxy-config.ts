import { describeRoute, type Route } from './route-line.ts';
import { table } from './table.ts';

/** What Pilot gives a proxy; `config` is Envoy's JSON of one resource. */
export interface ProxyConfig {
  readonly id: string;
  readonly resources: readonly { readonly name: string; readonly version: string; readonly config: unknown }[];
}

interface SocketAddress {
  readonly socketAddress?: { readonly address?: string; readonly portValue?: number };
  readonly pipe?: { readonly path?: string };
}

interface Listener {
  readonly name: string;
  readonly address?: SocketAddress;
  readonly filterChains?: readonly { readonly name?: string; readonly filterChainMatch?: unknown }[];
}

interface Cluster {
  readonly name: string;
  readonly type?: string;
  readonly clusterType?: { readonly name?: string };
  readonly lbPolicy?: string;
}

interface Assignment {
  readonly clusterName: string;
  readonly endpoints?: readonly { readonly lbEndpoints?: readonly { readonly endpoint?: { readonly address?: SocketAddress }; readonly loadBalancingWeight?: number }[] }[];
}

interface RouteConfiguration {
  readonly name: string;
  readonly virtualHosts?: readonly { readonly name: string; readonly domains?: readonly string[]; readonly routes?: readonly Route[] }[];
}

function addressOf(address: SocketAddress | undefined): string {
  const { socketAddress, pipe } = address ?? {};
  return socketAddress === undefined ? (pipe?.path ?? '-') : `${socketAddress.address ?? '*'}:${socketAddress.portValue ?? 0}`;
}

/** The resources of a type, by name. */
function ofType<T>({ resources }: ProxyConfig, type: string): T[] {
  return resources
    .filter(({ config }) => String((config as { '@type'?: string })['@type']).endsWith(`.${type}`))
    .sort((a, b) => a.name.localeCompare(b.name))
    .map(({ config }) => config as T);
}

const shortened = (texts: readonly string[], most: number): string => `${texts.slice(0, most).join(', ')}${texts.length > most ? `, ... ${texts.length - most} more` : ''}`;

function section(title: string, headings: readonly string[], rows: readonly (readonly string[])[]): string {
  return rows.length === 0 ? `${title}: none` : `${title}\n${table(headings, rows)}`;
}

/** A proxy's configuration for people: listeners, routes, clusters and their endpoints, a line each. */
export function describeConfig(config: ProxyConfig): string {
  const listeners = ofType<Listener>(config, 'Listener').map(({ name, address, filterChains = [] }) => [name, addressOf(address), String(filterChains.length)]);
  const routes = ofType<RouteConfiguration>(config, 'RouteConfiguration').flatMap(({ name, virtualHosts = [] }) =>
    virtualHosts.flatMap(({ domains = [], routes: all = [] }) => all.map((route) => [name, shortened(domains, 2), ...describeRoute(route)])),
  );
  const endpoints = ofType<Assignment>(config, 'ClusterLoadAssignment').map(({ clusterName, endpoints: localities = [] }) => {
    const addresses = localities.flatMap(({ lbEndpoints = [] }) => lbEndpoints.map(({ endpoint }) => addressOf(endpoint?.address)));
    return [clusterName, addresses.length === 0 ? '(none)' : shortened(addresses, 4)];
  });
  const clusters = ofType<Cluster>(config, 'Cluster').map(({ name, type, clusterType, lbPolicy }) => [name, type ?? clusterType?.name ?? 'STATIC', lbPolicy ?? 'ROUND_ROBIN']);
  return [
    config.id,
    section('LISTENERS', ['name', 'address', 'filter chains'], listeners),
    section('ROUTES', ['configuration', 'domains', 'match', 'action'], routes),
    section('CLUSTERS', ['name', 'discovery', 'balancing'], clusters),
    section('ENDPOINTS', ['cluster', 'addresses'], endpoints),
  ].join('\n\n');
}
