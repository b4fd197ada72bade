import type { Route, RouteAction } from '@flotilla/envoy-api/envoy/config/route/v3/route_components_pb.js';
import { RedirectAction_RedirectResponseCode as RedirectCode } from '@flotilla/envoy-api/envoy/config/route/v3/route_components_pb.js';
import type { TcpProxy } from '@flotilla/envoy-api/envoy/extensions/filters/network/tcp_proxy/v3/tcp_proxy_pb.js';
import type { ExplainedCluster, Explanation } from './explanation.ts';
import type { ExplainRequest } from './request.ts';

/** What a connection comes to behind a TCP proxy. */
export function tcpClusters({ clusterSpecifier }: TcpProxy, bySni: boolean, request: ExplainRequest): ExplainedCluster[] {
  if (bySni && request.sni !== '') return [{ name: request.sni, weight: 1 }];
  if (clusterSpecifier.case === 'cluster') return [{ name: clusterSpecifier.value, weight: 1 }];
  return clusterSpecifier.case === 'weightedClusters' ? clusterSpecifier.value.clusters.map(({ name, weight }) => ({ name, weight })) : [];
}

/** The clusters that a route spreads its requests over. */
export function routeClusters({ action }: Route, request: ExplainRequest): ExplainedCluster[] {
  return action.case === 'route' ? actionClusters(action.value, request) : [];
}

function actionClusters({ clusterSpecifier }: RouteAction, request: ExplainRequest): ExplainedCluster[] {
  switch (clusterSpecifier.case) {
    case 'cluster':
      return [{ name: clusterSpecifier.value, weight: 1 }];
    case 'weightedClusters':
      return clusterSpecifier.value.clusters.map(({ name, weight }) => ({ name, weight: weight ?? 0 }));
    case 'clusterHeader': {
      const [named] = request.headers[clusterSpecifier.value.toLowerCase()] ?? [];
      return named === undefined ? [] : [{ name: named, weight: 1 }];
    }
    default:
      return [];
  }
}

const redirectStatus: Readonly<Record<RedirectCode, number>> = {
  [RedirectCode.MOVED_PERMANENTLY]: 301,
  [RedirectCode.FOUND]: 302,
  [RedirectCode.SEE_OTHER]: 303,
  [RedirectCode.TEMPORARY_REDIRECT]: 307,
  [RedirectCode.PERMANENT_REDIRECT]: 308,
};

/** What Envoy answers by itself where a route says so. */
export function ownResponse({ action }: Route): Explanation['response'] {
  if (action.case === 'directResponse') return { status: action.value.status };
  if (action.case !== 'redirect') return null;
  const { hostRedirect, portRedirect, pathRewriteSpecifier: path, schemeRewriteSpecifier: scheme } = action.value;
  const newScheme = scheme.case === 'httpsRedirect' ? 'https' : (scheme.value ?? '');
  const location = `${newScheme === '' ? '' : `${newScheme}://`}${hostRedirect}${portRedirect === 0 ? '' : `:${portRedirect}`}${path.case === 'regexRewrite' ? path.value.substitution : (path.value ?? '')}`;
  return { status: redirectStatus[action.value.responseCode], location };
}
