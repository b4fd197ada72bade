import { create } from '@bufbuild/protobuf';
import type { RouteAction } from '@flotilla/envoy-api/envoy/config/route/v3/route_components_pb.js';
import { RegexMatchAndSubstituteSchema } from '@flotilla/envoy-api/envoy/type/matcher/v3/regex_pb.js';
import type { HTTPRewrite } from '@flotilla/resources';

/**
 * How the path changes on the way. `uri` replaces what was matched: the prefix of a prefix match,
 * the whole path of an exact one.
 */
export function pathRewrite(rewrite: HTTPRewrite | undefined): Partial<Pick<RouteAction, 'prefixRewrite' | 'regexRewrite'>> {
  const { uri, uriRegexRewrite } = rewrite ?? {};
  if (uriRegexRewrite !== undefined) {
    const { match, rewrite: substitution } = uriRegexRewrite;
    return { regexRewrite: create(RegexMatchAndSubstituteSchema, { pattern: { regex: match }, substitution }) };
  }
  return uri === undefined || uri === '' ? {} : { prefixRewrite: uri };
}
