/** One route of a virtual host, as Envoy's JSON has it, as far as it is shown. */
export interface Route {
  readonly match?: {
    readonly prefix?: string;
    readonly path?: string;
    readonly path_separated_prefix?: string;
    readonly safe_regex?: { readonly regex?: string };
    readonly headers?: readonly { readonly name: string; readonly invert_match?: boolean; readonly string_match?: StringMatch; readonly present_match?: boolean }[];
    readonly query_parameters?: readonly { readonly name: string; readonly string_match?: StringMatch }[];
  };
  readonly route?: {
    readonly cluster?: string;
    readonly weighted_clusters?: { readonly clusters?: readonly { readonly name: string; readonly weight?: number }[] };
    readonly timeout?: string;
    readonly retry_policy?: { readonly num_retries?: number };
    readonly prefix_rewrite?: string;
    readonly request_mirror_policies?: readonly { readonly cluster?: string }[];
  };
  readonly redirect?: { readonly host_redirect?: string; readonly path_redirect?: string };
  readonly direct_response?: { readonly status?: number };
}

interface StringMatch {
  readonly exact?: string;
  readonly prefix?: string;
  readonly safe_regex?: { readonly regex?: string };
}

function matcher(match: StringMatch | undefined): string {
  if (match?.exact !== undefined) return `=${match.exact}`;
  if (match?.prefix !== undefined) return `=${match.prefix}*`;
  return match?.safe_regex?.regex === undefined ? '' : `~${match.safe_regex.regex}`;
}

function matchOf({ match = {} }: Route): string {
  const path =
    match.path !== undefined ? `=${match.path}`
    : match.safe_regex?.regex !== undefined ? `~${match.safe_regex.regex}`
    : `${match.path_separated_prefix ?? match.prefix ?? '/'}*`;
  const headers = (match.headers ?? []).map(({ name, invert_match, string_match }) => `${invert_match === true ? '!' : ''}${name}${matcher(string_match)}`);
  const query = (match.query_parameters ?? []).map(({ name, string_match }) => `?${name}${matcher(string_match)}`);
  return [path, ...headers, ...query].join(' ');
}

function actionOf({ route, redirect, direct_response }: Route): string {
  if (redirect !== undefined) return `redirect to ${redirect.host_redirect ?? ''}${redirect.path_redirect ?? ''}`;
  if (direct_response !== undefined) return `answer ${direct_response.status ?? ''}`;
  if (route === undefined) return '-';
  const targets = route.weighted_clusters?.clusters?.map(({ name, weight = 0 }) => `${weight}% ${name}`) ?? [route.cluster ?? '-'];
  const extras = [
    route.prefix_rewrite === undefined ? undefined : `rewrite ${route.prefix_rewrite}`,
    route.timeout === undefined || route.timeout === '0s' ? undefined : `timeout ${route.timeout}`,
    route.retry_policy?.num_retries === undefined ? undefined : `retries ${route.retry_policy.num_retries}`,
    ...(route.request_mirror_policies ?? []).map(({ cluster }) => `mirror ${cluster ?? ''}`),
  ].filter((extra) => extra !== undefined);
  return [targets.join(' + '), ...extras].join(', ');
}

/** What a route asks of a request, and what becomes of it. */
export function describeRoute(route: Route): [match: string, action: string] {
  return [matchOf(route), actionOf(route)];
}
