import { create } from '@bufbuild/protobuf';
import type { Any } from '@bufbuild/protobuf/wkt';
import { CorsPolicySchema } from '@flotilla/envoy-api/envoy/extensions/filters/http/cors/v3/cors_pb.js';
import { StringMatcherSchema, type StringMatcher } from '@flotilla/envoy-api/envoy/type/matcher/v3/string_pb.js';
import { durationMs, type CorsPolicy } from '@flotilla/resources';
import { typedConfig } from '../../typed-config.ts';
import { fractionalPercent } from './percentage.ts';
import { stringMatcher } from './string-match.ts';

export const corsFilter = 'envoy.filters.http.cors';

/**
 * What the cors filter does on a route, packed. Preflights from origins that are not allowed go
 * on to the upstream unless `unmatchedPreflights` says IGNORE.
 */
export function corsPolicy(policy: CorsPolicy): Any {
  const { allowOrigins, allowOrigin = [], allowCredentials, maxAge } = policy;
  const origins = allowOrigins ?? allowOrigin.map((exact) => ({ exact }));
  return typedConfig(CorsPolicySchema, {
    allowOriginStringMatch: origins.map((origin) => stringMatcher(origin) ?? anyOrigin()),
    allowMethods: (policy.allowMethods ?? []).join(','),
    allowHeaders: (policy.allowHeaders ?? []).join(','),
    exposeHeaders: (policy.exposeHeaders ?? []).join(','),
    maxAge: maxAge === undefined ? '' : String(Math.trunc(durationMs(maxAge) / 1000)),
    ...(allowCredentials === undefined ? {} : { allowCredentials }),
    filterEnabled: { defaultValue: fractionalPercent(100) },
    forwardNotMatchingPreflights: policy.unmatchedPreflights !== 'IGNORE',
  });
}

/** Exact `*` is what the filter knows as every origin. */
function anyOrigin(): StringMatcher {
  return create(StringMatcherSchema, { matchPattern: { case: 'exact', value: '*' } });
}
