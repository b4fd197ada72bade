import { FlotillaError, problemWithin } from '@flotilla/errors';
import type { Snapshot } from '@flotilla/mesh';
import type { EnvoyResource, ProxyDescription } from '@flotilla/translate';
import { withCauses } from './causes/causes.ts';
import { readEnvoyConfig } from './envoy-config.ts';
import { explain } from './explain.ts';
import type { Explanation } from './explanation.ts';
import { readRequest } from './read-request.ts';

/**
 * Where requests land at a proxy, and which resources are the cause; little by little, for what a proxy is given may be large.
 *
 * @param resources what the proxy is given, some at a time
 * @param documents the requests as users write them
 * @param place where they stand in what the user wrote, for the paths of problems
 * @throws FlotillaError MALFORMED_REQUEST with all that is wrong with any of them
 */
export function* explainRequests(
  snapshot: Snapshot,
  proxy: ProxyDescription,
  resources: Iterable<readonly EnvoyResource[]>,
  documents: readonly unknown[],
  place = '',
): Generator<undefined, Explanation[]> {
  const read = documents.map(readRequest);
  const problems = read.flatMap((one, at) => ('problems' in one ? one.problems.map((problem) => problemWithin(`${place}[${at}]`, problem)) : []));
  if (problems.length > 0) throw new FlotillaError('MALFORMED_REQUEST', 'Not every request can be understood:', { problems });
  const config = yield* readEnvoyConfig(resources);
  const explanations: Explanation[] = [];
  for (const one of read) {
    if ('problems' in one) continue;
    explanations.push(withCauses(snapshot, proxy, one.request, explain(config, proxy, one.request)));
    yield;
  }
  return explanations;
}
