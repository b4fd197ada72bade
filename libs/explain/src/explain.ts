import { chooseFilterChain } from './choose-filter-chain.ts';
import { chooseListener, type ListenerPlace } from './choose-listener.ts';
import { tcpClusters } from './destination.ts';
import { tlsOutcome } from './downstream-tls.ts';
import { endpointsOfCluster } from './endpoints.ts';
import { explainHttp } from './explain-http.ts';
import type { Explanation } from './explanation.ts';
import { inspect } from './inspected-connection.ts';
import type { Landing } from './landing.ts';
import { callsOf, decidingFilters, terminalOf } from './network-filter.ts';
import type { EnvoyConfig } from './envoy-config.ts';
import type { ExplainRequest } from './request.ts';

const nowhere: Landing = {
  error: null,
  listener: null,
  filterChain: null,
  tls: null,
  routeConfig: null,
  virtualHost: null,
  route: null,
  cluster: null,
  clusters: [],
  response: null,
  endpoints: [],
  policies: {},
  causes: [],
  nearMisses: [],
  warnings: [],
  way: {},
};

/** Says where a request lands at a proxy and why, from nothing but what that proxy is given. */
export function explain(config: EnvoyConfig, proxy: ListenerPlace, request: ExplainRequest): Landing {
  const listener = chooseListener(config.listeners, request, proxy);
  if (listener === undefined) return { ...nowhere, error: 'no listener matched' };
  const calls = callsOf(listener);
  if (calls !== undefined) return withClusters(config, request, { ...nowhere, listener: listener.name, ...explainHttp(config, calls, request, { listener }) });
  const choice = chooseFilterChain(listener, inspect(listener, request));
  const reached = { ...nowhere, listener: listener.name, nearMisses: choice.nearMisses, way: { listener } };
  if ('error' in choice) return { ...reached, error: choice.error };
  const { chain, name } = choice;
  const { tls, error } = tlsOutcome(chain, request);
  const way = { listener, chain };
  const connected = { ...reached, filterChain: name, tls, way };
  if (error !== undefined) return { ...connected, error };
  const terminal = terminalOf(chain);
  if (terminal === undefined) return { ...connected, warnings: ['the filter chain ends in a filter that is not known here'] };
  if ('tcp' in terminal) return withClusters(config, request, { ...connected, clusters: tcpClusters(terminal.tcp, terminal.bySni, request), policies: policies(decidingFilters(chain, undefined)) });
  if (tls === 'passed on' || request.protocol === 'tcp') return { ...connected, error: 'protocol error' };
  const http = explainHttp(config, terminal.http, request, way);
  return withClusters(config, request, {
    ...connected,
    ...http,
    policies: { ...http.policies, ...policies(decidingFilters(chain, terminal.http)) },
    nearMisses: [...connected.nearMisses, ...(http.nearMisses ?? [])],
  });
}

function policies(decidedBy: readonly string[]): Explanation['policies'] {
  return decidedBy.length === 0 ? {} : { decidedBy };
}

/** Follows clusters to their endpoints. */
function withClusters(config: EnvoyConfig, request: ExplainRequest, explanation: Landing): Landing {
  const found = explanation.clusters.map(({ name }) => ({ name, cluster: config.cluster(name) }));
  const endpoints = found.flatMap(({ cluster }) => (cluster === undefined ? [] : endpointsOfCluster(config, cluster, request)));
  const [only, ...others] = explanation.clusters;
  return {
    ...explanation,
    cluster: only !== undefined && others.length === 0 ? only.name : null,
    endpoints,
    warnings: [...explanation.warnings, ...found.flatMap(({ name, cluster }) => (cluster === undefined ? [`the proxy is given no cluster ${name}: requests for it are answered with 503`] : []))],
  };
}
