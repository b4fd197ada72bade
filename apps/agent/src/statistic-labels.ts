import type { JsonObject } from '@bufbuild/protobuf';

/**
 * What follows the name of a cluster, which may have dots as hosts do, and underscores. Not `internal`, Envoy's count of requests
 * from within: there are hosts that end so.
 */
const ofClusters = [
  String.raw`(?:upstream|lb|membership|circuit_breakers|outlier_detection|health_check|update|assignment|init_fetch|client_ssl|bind|max_host|original_dst|retry_or|warming)\w*(?:\..+)?`,
  String.raw`version(?:_text)?`,
  String.raw`(?:ssl|http[123])\.\w+`,
  String.raw`ssl\.(?:ciphers|curves|sigalgs|versions|certificate)\..+`,
  String.raw`(?:canary|external)\.upstream_rq_(?:completed|time|\w{3})`,
  String.raw`zone\.[^.]+\.[^.]+\.\w+`,
  String.raw`[\w-]+\.total_match_count`,
].join('|');

/** As connection managers are called by Pilot: `outbound_0.0.0.0_9080`, `http_proxy`. */
const manager = String.raw`(?:in|out)bound_.+?_\d+|[^.]+`;
const address = String.raw`[0-9a-fA-F_.]+_\d+|\[[^\]]*\]_\d+|[^.]+`;

/** By the names that Istio gives them, the first group being what is cut out of the statistic's name, the second the value. */
const labels: Readonly<Record<string, string>> = {
  cluster_name: String.raw`^cluster\.((.+?)\.)(?:${ofClusters})$`,
  tcp_prefix: String.raw`^tcp\.((.+)\.)\w+$`,
  response_code: String.raw`_rq(_(\d{3}))$`,
  response_code_class: String.raw`_rq(_(\dxx))$`,
  http_conn_manager_prefix: String.raw`^http\.((${manager})\.)`,
  http_conn_manager_listener_prefix: String.raw`^listener\..+?\.http\.((${manager})\.)`,
  listener_address: String.raw`^listener\.((${address})\.)`,
  rds_route_config: String.raw`^http\..+?\.rds\.((.+)\.)\w+$`,
  virtual_host: String.raw`^vhost\.((.+?)\.)(?:vcluster|route)\.`,
  route: String.raw`^vhost\..+?\.route\.((.+)\.)\w+$`,
  authz_enforce_result: String.raw`^http\..+\.rbac(\.(allowed|denied))$`,
  authz_dry_run_result: String.raw`^http\..+(\.shadow_(allowed|denied))$`,
};

/**
 * What of the names of an Envoy's statistics are labels in Prometheus. Envoy's own rules end a name at its first dot, and so
 * make a metric of its own of every host. Envoy tries those that begin with a word on names that do alone, and saves much by that.
 */
export const statisticLabels: JsonObject[] = Object.entries(labels).map(([tag_name, regex]) => ({ tag_name, regex }));
