import { Type, type Static } from 'typebox';
import { message } from '../schema/message.ts';
import { duration, text, texts, uint32 } from '../schema/scalars.ts';
import { Destination, HTTPMirrorPolicy, HTTPRouteDestination, Percent, RouteDestination } from './destination.ts';
import { Headers } from './headers.ts';
import {
  CorsPolicy,
  Delegate,
  HTTPDirectResponse,
  HTTPFaultInjection,
  HTTPRedirect,
  HTTPRetry,
  HTTPRewrite,
} from './http-actions.ts';
import { HTTPMatchRequest, L4MatchAttributes, TLSMatchAttributes } from './match.ts';

/** One rule: the requests it is for, and what happens to them. The first rule that matches wins. */
export const HTTPRoute = message(
  {},
  {
    name: text(),
    match: Type.Array(HTTPMatchRequest),
    route: Type.Array(HTTPRouteDestination),
    redirect: HTTPRedirect,
    directResponse: HTTPDirectResponse,
    delegate: Delegate,
    rewrite: HTTPRewrite,
    timeout: duration(),
    retries: HTTPRetry,
    fault: HTTPFaultInjection,
    mirror: Destination,
    mirrors: Type.Array(HTTPMirrorPolicy),
    mirrorPercent: uint32({ deprecated: true }),
    mirrorPercentage: Percent,
    corsPolicy: CorsPolicy,
    headers: Headers,
    websocketUpgrade: Type.Boolean({ deprecated: true, description: 'Once needed for websockets; has no effect any more.' }),
  },
);
export type HTTPRoute = Static<typeof HTTPRoute>;

export const TLSRoute = message({ match: Type.Array(TLSMatchAttributes) }, { route: Type.Array(RouteDestination) });
export type TLSRoute = Static<typeof TLSRoute>;

export const TCPRoute = message({}, { match: Type.Array(L4MatchAttributes), route: Type.Array(RouteDestination) });
export type TCPRoute = Static<typeof TCPRoute>;

/** Where traffic addressed to some hosts goes. https://istio.io/latest/docs/reference/config/networking/virtual-service/ */
export const VirtualServiceSpec = message(
  {},
  {
    hosts: texts(),
    gateways: texts(),
    http: Type.Array(HTTPRoute),
    tls: Type.Array(TLSRoute),
    tcp: Type.Array(TCPRoute),
    exportTo: texts(),
  },
  'Where traffic addressed to some hosts goes.',
);
export type VirtualServiceSpec = Static<typeof VirtualServiceSpec>;
