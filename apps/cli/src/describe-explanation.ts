import type { Explanation, NearMiss } from '@flotilla/explain';

/** Where a request lands, for people: a line for each step of the way, then what came close. */
export function describeExplanation(explanation: Explanation): string {
  const { error, listener, filterChain, tls, routeConfig, virtualHost, route, clusters, response, endpoints, policies, causes, nearMisses, warnings } = explanation;
  const steps: readonly (readonly [string, string | null])[] = [
    ['error', error],
    ['listener', listener],
    ['filter chain', filterChain],
    ['TLS', tls],
    ['routes', routeConfig],
    ['virtual host', virtualHost],
    ['route', route],
    ['cluster', clusters.length === 0 ? null : clusters.map(({ name, weight }) => (clusters.length === 1 ? name : `${name} (${weight})`)).join(', ')],
    ['answer', response === null ? null : `${response.status}${response.location === undefined ? '' : ` ${response.location}`}`],
    ['endpoints', clusters.length === 0 ? null : endpoints.map(({ address, health, security }) => `${address} (${health}, ${security})`).join(', ') || 'none'],
    ...Object.entries(policies).map(([name, value]): [string, string] => [name, typeof value === 'string' ? value : JSON.stringify(value)]),
    ...causes.map(({ of, resource, path }): [string, string] => ['because of', `${resource} ${path} (${of})`]),
    ...nearMisses.map((miss): [string, string] => ['not', `${nameOf(miss)}: ${miss.reason}`]),
    ...warnings.map((warning): [string, string] => ['warning', warning]),
  ];
  return steps.flatMap(([name, value]) => (value === null ? [] : [`${name.padEnd(14)}${value}`])).join('\n');
}

function nameOf({ name, resource, path }: NearMiss): string {
  if (resource === undefined || path === undefined) return name;
  return name === resource ? `${resource} ${path}` : `${name} (${resource} ${path})`;
}
