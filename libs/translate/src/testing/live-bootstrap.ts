import { renderResource, typeUrls, type EnvoyResource } from '../index.ts';

type Json = Record<string, unknown>;

/** A bootstrap by which an Envoy without a control plane runs resources: routes are within their listeners, assignments within their clusters. */
export function liveBootstrap(resources: readonly EnvoyResource[]): Json {
  const of = (typeUrl: string) => new Map(resources.filter((one) => one.typeUrl === typeUrl).map(({ name, bytes }) => [name, renderResource(typeUrl, bytes) as Json]));
  const routes = of(typeUrls.route);
  const assignments = of(typeUrls.endpoint);
  const clusters = [...of(typeUrls.cluster).entries()].map(([name, { eds_cluster_config, ...cluster }]) => (eds_cluster_config === undefined ? cluster : { ...cluster, type: 'STATIC', load_assignment: assignments.get(name) }));
  const listeners = [...of(typeUrls.listener).values()].map((listener) => withRoutes(listener, routes));
  return { node: { id: 'live', cluster: 'live' }, static_resources: { clusters, listeners } };
}

function withRoutes(value: unknown, routes: ReadonlyMap<string, Json>): unknown {
  if (Array.isArray(value)) return value.map((item) => withRoutes(item, routes));
  if (typeof value !== 'object' || value === null) return value;
  const { rds, ...rest } = value as Json & { readonly rds?: { readonly route_config_name: string } };
  const inner = Object.entries(rest).map(([key, item]) => [key, withRoutes(item, routes)]);
  return { ...Object.fromEntries(inner), ...(rds === undefined ? {} : { route_config: routes.get(rds.route_config_name) }) };
}
