import { create } from '@bufbuild/protobuf';
import {
  RedirectAction_RedirectResponseCode as ResponseCode,
  RedirectActionSchema,
  type RedirectAction,
} from '@flotilla/envoy-api/envoy/config/route/v3/route_components_pb.js';
import type { HTTPRedirect } from '@flotilla/resources';
import type { RouteContext } from './route-context.ts';

const responseCodes: Readonly<Record<number, ResponseCode>> = {
  301: ResponseCode.MOVED_PERMANENTLY,
  302: ResponseCode.FOUND,
  303: ResponseCode.SEE_OTHER,
  307: ResponseCode.TEMPORARY_REDIRECT,
  308: ResponseCode.PERMANENT_REDIRECT,
};

/** Envoy's redirect, 301 unless another code is asked for; parts of the address that are not named stay those of the request. */
export function redirect(rule: HTTPRedirect, context: Pick<RouteContext, 'port' | 'tls'>): RedirectAction {
  return create(RedirectActionSchema, {
    hostRedirect: rule.authority ?? '',
    portRedirect: redirectPort(rule, context),
    responseCode: responseCodes[rule.redirectCode ?? 0] ?? ResponseCode.MOVED_PERMANENTLY,
    ...(nonEmpty(rule.scheme) ? { schemeRewriteSpecifier: { case: 'schemeRedirect', value: rule.scheme } } : {}),
    ...(nonEmpty(rule.prefixRewrite)
      ? { pathRewriteSpecifier: { case: 'prefixRewrite', value: rule.prefixRewrite } }
      : nonEmpty(rule.uri)
        ? { pathRewriteSpecifier: { case: 'pathRedirect', value: rule.uri } }
        : {}),
  });
}

/**
 * The port to name in the new address, 0 for none. Envoy cannot take it from the request, but
 * these routes are made for one port; one that the scheme implies is not spelled out.
 */
function redirectPort({ port, derivePort, scheme }: HTTPRedirect, context: Pick<RouteContext, 'port' | 'tls'>): number {
  const wanted = derivePort === 'FROM_REQUEST_PORT' ? context.port : (port ?? 0);
  const secure = nonEmpty(scheme) ? scheme === 'https' : context.tls === true;
  return wanted === (secure ? 443 : 80) ? 0 : wanted;
}

function nonEmpty(text: string | undefined): text is string {
  return text !== undefined && text !== '';
}
