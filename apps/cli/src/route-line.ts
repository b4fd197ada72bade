/** One route of a virtual host, as Envoy's JSON has it, as far as it is shown. */
export interface Route {
  readonly match?: {
    readonly prefix?: string;
    readonly path?: string;
    readonly pathSeparatedPrefix?: string;
    readonly safeRegex?: { readonly regex?: string };
    readonly headers?: readonly { readonly name: string; readonly invertMatch?: boolean; readonly stringMatch?: StringMatch; readonly presentMatch?: boolean }[];
    readonly queryParameters?: readonly { readonly name: string; readonly stringMatch?: StringMatch }[];
  };
  readonly route?: {
    readonly cluster?: string;
    readonly weightedClusters?: { readonly clusters?: readonly { readonly name: string; readonly weight?: number }[] };
    readonly timeout?: string;
    readonly retryPolicy?: { readonly numRetries?: number };
    readonly prefixRewrite?: string;
    readonly requestMirrorPolicies?: readonly { readonly cluster?: string }[];
  };
  readonly redirect?: { readonly hostRedirect?: string; readonly pathRedirect?: string };
  readonly directResponse?: { readonly status?: number };
}

interface StringMatch {
  readonly exact?: string;
  readonly prefix?: string;
  readonly safeRegex?: { readonly regex?: string };
}

function matcher(match: StringMatch | undefined): string {
  if (match?.exact !== undefined) return `=${match.exact}`;
  if (match?.prefix !== undefined) return `=${match.prefix}*`;
  return match?.safeRegex?.regex === undefined ? '' : `~${match.safeRegex.regex}`;
}

function matchOf({ match = {} }: Route): string {
  const path =
    match.path !== undefined ? `=${match.path}`
    : match.safeRegex?.regex !== undefined ? `~${match.safeRegex.regex}`
    : `${match.pathSeparatedPrefix ?? match.prefix ?? '/'}*`;
  const headers = (match.headers ?? []).map(({ name, invertMatch, stringMatch }) => `${invertMatch === true ? '!' : ''}${name}${matcher(stringMatch)}`);
  const query = (match.queryParameters ?? []).map(({ name, stringMatch }) => `?${name}${matcher(stringMatch)}`);
  return [path, ...headers, ...query].join(' ');
}

function actionOf({ route, redirect, directResponse }: Route): string {
  if (redirect !== undefined) return `redirect to ${redirect.hostRedirect ?? ''}${redirect.pathRedirect ?? ''}`;
  if (directResponse !== undefined) return `answer ${directResponse.status ?? ''}`;
  if (route === undefined) return '-';
  const targets = route.weightedClusters?.clusters?.map(({ name, weight = 0 }) => `${weight}% ${name}`) ?? [route.cluster ?? '-'];
  const extras = [
    route.prefixRewrite === undefined ? undefined : `rewrite ${route.prefixRewrite}`,
    route.timeout === undefined || route.timeout === '0s' ? undefined : `timeout ${route.timeout}`,
    route.retryPolicy?.numRetries === undefined ? undefined : `retries ${route.retryPolicy.numRetries}`,
    ...(route.requestMirrorPolicies ?? []).map(({ cluster }) => `mirror ${cluster ?? ''}`),
  ].filter((extra) => extra !== undefined);
  return [targets.join(' + '), ...extras].join(', ');
}

/** What a route asks of a request, and what becomes of it. */
export function describeRoute(route: Route): [match: string, action: string] {
  return [matchOf(route), actionOf(route)];
}
