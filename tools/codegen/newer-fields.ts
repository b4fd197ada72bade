/** What a file of the package lacks of what Envoy knows. */
interface Newer {
  readonly imports: readonly string[];
  /** Lines to begin a message with, by its name. */
  readonly messages: Readonly<Record<string, string>>;
}

/** Fields that the Envoy we run has, and the package's files do not have yet. */
const newer: Readonly<Record<string, Newer>> = {
  'envoy/config/cluster/v3/circuit_breaker.proto': {
    imports: ['google/protobuf/duration.proto'],
    messages: { RetryBudget: 'google.protobuf.Duration budget_interval = 3;' },
  },
  'envoy/extensions/load_balancing_policies/client_side_weighted_round_robin/v3/client_side_weighted_round_robin.proto': {
    imports: [],
    messages: { ClientSideWeightedRoundRobin: 'repeated string metric_names_for_computing_utilization = 7;' },
  },
  'envoy/extensions/upstreams/http/v3/http_protocol_options.proto': {
    imports: ['envoy/config/common/matcher/v3/matcher.proto'],
    messages: {
      HttpProtocolOptions: `message OutlierDetection { config.common.matcher.v3.MatchPredicate error_matcher = 1; }
  OutlierDetection outlier_detection = 8;`,
    },
  },
};

/** The text of a .proto file with the fields that are newer than it; those that it has by now are not added. */
export function withNewerFields(file: string, text: string): string {
  const { imports = [], messages = {} } = newer[file] ?? {};
  const missing = Object.entries(messages).filter(([, lines]) => !text.includes(/(\w+ = \d+;)$/.exec(lines)?.[1] ?? lines));
  if (missing.length === 0) return text;
  const extended = missing.reduce((all, [message, lines]) => all.replace(new RegExp(`message ${message} \\{`), (start) => `${start}\n  ${lines}`), text);
  const wanted = imports.filter((name) => !text.includes(`"${name}"`)).map((name) => `import "${name}";\n`);
  return extended.replace(/^import /m, `${wanted.join('')}import `);
}
