import { Type, type Static } from 'typebox';
import { message } from '../schema/message.ts';
import { duration, flag, int32, oneOf, portOrZero, text, texts, uint32 } from '../schema/scalars.ts';
import { StringMatch } from '../schema/string-match.ts';
import { Percent } from './destination.ts';

/** Another VirtualService, without hosts of its own, that routes what this one matched. */
export const Delegate = message({ name: text() }, { namespace: text() });
export type Delegate = Static<typeof Delegate>;

export const HTTPRedirect = message(
  {},
  {
    uri: text(),
    prefixRewrite: text(),
    authority: text(),
    port: portOrZero(),
    derivePort: oneOf('FROM_PROTOCOL_DEFAULT', 'FROM_REQUEST_PORT'),
    scheme: text(),
    redirectCode: uint32(),
  },
);
export type HTTPRedirect = Static<typeof HTTPRedirect>;

export const HTTPBody = message({}, { string: text(), bytes: text({ description: 'The body in base64.' }) });
export type HTTPBody = Static<typeof HTTPBody>;

export const HTTPDirectResponse = message({ status: uint32() }, { body: HTTPBody });
export type HTTPDirectResponse = Static<typeof HTTPDirectResponse>;

export const RegexRewrite = message({ match: text(), rewrite: text() }, {});
export type RegexRewrite = Static<typeof RegexRewrite>;

export const HTTPRewrite = message({}, { uri: text(), authority: text(), uriRegexRewrite: RegexRewrite });
export type HTTPRewrite = Static<typeof HTTPRewrite>;

export const HTTPRetry = message(
  {},
  {
    attempts: int32(),
    perTryTimeout: duration(),
    retryOn: text(),
    retryRemoteLocalities: flag(),
    retryIgnorePreviousHosts: flag(),
    backoff: duration(),
  },
);
export type HTTPRetry = Static<typeof HTTPRetry>;

export const CorsPolicy = message(
  {},
  {
    allowOrigin: texts({ deprecated: true }),
    allowOrigins: Type.Array(StringMatch),
    allowMethods: texts(),
    allowHeaders: texts(),
    exposeHeaders: texts(),
    maxAge: duration(),
    allowCredentials: flag(),
    unmatchedPreflights: oneOf('UNSPECIFIED', 'FORWARD', 'IGNORE'),
  },
);
export type CorsPolicy = Static<typeof CorsPolicy>;

export const Delay = message(
  {},
  { percent: int32({ deprecated: true }), fixedDelay: duration(), exponentialDelay: duration(), percentage: Percent },
);
export type Delay = Static<typeof Delay>;

export const Abort = message(
  {},
  { httpStatus: int32(), grpcStatus: text(), http2Error: text(), percentage: Percent },
);
export type Abort = Static<typeof Abort>;

export const HTTPFaultInjection = message({}, { delay: Delay, abort: Abort });
export type HTTPFaultInjection = Static<typeof HTTPFaultInjection>;
