import type { Duration } from '@bufbuild/protobuf/wkt';
import { anyUnpack } from '@bufbuild/protobuf/wkt';
import type { Route, RouteAction, VirtualHost } from '@flotilla/envoy-api/envoy/config/route/v3/route_components_pb.js';
import { CorsPolicySchema } from '@flotilla/envoy-api/envoy/extensions/filters/http/cors/v3/cors_pb.js';
import { HTTPFaultSchema } from '@flotilla/envoy-api/envoy/extensions/filters/http/fault/v3/fault_pb.js';
import type { StringMatcher } from '@flotilla/envoy-api/envoy/type/matcher/v3/string_pb.js';
import type { FractionalPercent } from '@flotilla/envoy-api/envoy/type/v3/percent_pb.js';
import { FractionalPercent_DenominatorType as Denominator } from '@flotilla/envoy-api/envoy/type/v3/percent_pb.js';
import type { Explanation } from './explanation.ts';

/** What a route does to its requests besides sending them on; what it does not do is left out. */
export function policiesOf(route: Route, host: VirtualHost): Explanation['policies'] {
  const action = route.action.case === 'route' ? route.action.value : undefined;
  const filters = Object.keys({ ...host.typedPerFilterConfig, ...route.typedPerFilterConfig });
  return present({
    ...(action === undefined ? {} : actionPolicies(action)),
    faults: faultOf(route),
    cors: corsOf(route),
    requestHeaders: headersOf([...route.requestHeadersToAdd, ...host.requestHeadersToAdd], [...route.requestHeadersToRemove, ...host.requestHeadersToRemove]),
    responseHeaders: headersOf([...route.responseHeadersToAdd, ...host.responseHeadersToAdd], [...route.responseHeadersToRemove, ...host.responseHeadersToRemove]),
    filters: filters.length === 0 ? undefined : filters,
  });
}

function actionPolicies(action: RouteAction): Record<string, unknown> {
  const { timeout, idleTimeout, retryPolicy, prefixRewrite, regexRewrite, hostRewriteSpecifier, requestMirrorPolicies, hashPolicy } = action;
  return {
    timeout: seconds(timeout) === '0s' ? 'none' : seconds(timeout),
    idleTimeout: seconds(idleTimeout),
    retries: retryPolicy === undefined ? undefined : present({ attempts: retryPolicy.numRetries ?? 1, on: retryPolicy.retryOn, perTryTimeout: seconds(retryPolicy.perTryTimeout) }),
    rewritePath: prefixRewrite === '' ? regexRewrite?.substitution : prefixRewrite,
    rewriteHost: hostRewriteSpecifier.case === 'hostRewriteLiteral' ? hostRewriteSpecifier.value : undefined,
    mirrors: requestMirrorPolicies.length === 0 ? undefined : requestMirrorPolicies.map(({ cluster, runtimeFraction }) => ({ cluster, percent: percent(runtimeFraction?.defaultValue) })),
    consistentHash: hashPolicy.length === 0 ? undefined : hashPolicy.map(({ policySpecifier }) => policySpecifier.case),
  };
}

function faultOf({ typedPerFilterConfig }: Route): Record<string, unknown> | undefined {
  const packed = Object.values(typedPerFilterConfig).find(({ typeUrl }) => typeUrl.endsWith('.HTTPFault'));
  const fault = packed === undefined ? undefined : anyUnpack(packed, HTTPFaultSchema);
  if (fault === undefined) return undefined;
  const { delay, abort } = fault;
  return present({
    delay: delay === undefined ? undefined : { seconds: delay.faultDelaySecifier.case === 'fixedDelay' ? seconds(delay.faultDelaySecifier.value) : undefined, percent: percent(delay.percentage) },
    abort: abort === undefined ? undefined : { status: abort.errorType.case === 'headerAbort' ? undefined : abort.errorType.value, percent: percent(abort.percentage) },
  });
}

function corsOf({ typedPerFilterConfig }: Route): Record<string, unknown> | undefined {
  const packed = Object.values(typedPerFilterConfig).find(({ typeUrl }) => typeUrl.endsWith('.cors.v3.CorsPolicy'));
  const cors = packed === undefined ? undefined : anyUnpack(packed, CorsPolicySchema);
  if (cors === undefined) return undefined;
  const list = (text: string): string | undefined => (text === '' ? undefined : text);
  return present({
    origins: cors.allowOriginStringMatch.map(patternOf),
    methods: list(cors.allowMethods),
    headers: list(cors.allowHeaders),
    exposed: list(cors.exposeHeaders),
    maxAge: cors.maxAge === '' ? undefined : `${cors.maxAge}s`,
    credentials: cors.allowCredentials,
  });
}

/** An origin, `https://shop.*` for all that begin so, or a regular expression. */
function patternOf({ matchPattern }: StringMatcher): string {
  switch (matchPattern.case) {
    case 'exact':
      return matchPattern.value;
    case 'prefix':
      return `${matchPattern.value}*`;
    default:
      return matchPattern.case === 'safeRegex' ? matchPattern.value.regex : '';
  }
}

function headersOf(added: readonly { readonly header?: { readonly key: string; readonly value: string } | undefined }[], removed: readonly string[]): unknown {
  const add = Object.fromEntries(added.flatMap(({ header }) => (header === undefined ? [] : [[header.key, header.value]])));
  return present({ add: added.length === 0 ? undefined : add, remove: removed.length === 0 ? undefined : removed });
}

const parts: Readonly<Record<Denominator, number>> = { [Denominator.HUNDRED]: 1, [Denominator.TEN_THOUSAND]: 100, [Denominator.MILLION]: 10_000 };

function percent(fraction: FractionalPercent | undefined): number {
  return fraction === undefined ? 100 : fraction.numerator / parts[fraction.denominator];
}

function seconds(duration: Duration | undefined): string | undefined {
  return duration === undefined ? undefined : `${Number(duration.seconds) + duration.nanos / 1e9}s`;
}

/** Only what is there; undefined if that is nothing. */
function present(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && !(typeof value === 'object' && value !== null && Object.keys(value).length === 0)));
}
