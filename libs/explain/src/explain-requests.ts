import { FlotillaError, problemWithin } from '@flotilla/errors';
import type { Snapshot } from '@flotilla/mesh';
import type { ProxyDescription } from '@flotilla/translate';
import { withCauses } from './causes/causes.ts';
import type { EnvoyConfig } from './envoy-config.ts';
import { explain } from './explain.ts';
import type { Explanation } from './explanation.ts';
import { readRequest } from './read-request.ts';

/**
 * Where requests land at a proxy, and which resources are the cause.
 *
 * @param config what the proxy is given
 * @param documents the requests as users write them
 * @param place where they stand in what the user wrote, for the paths of problems
 * @throws FlotillaError MALFORMED_REQUEST with all that is wrong with any of them
 */
export function explainRequests(snapshot: Snapshot, proxy: ProxyDescription, config: EnvoyConfig, documents: readonly unknown[], place = ''): Explanation[] {
  const read = documents.map(readRequest);
  const problems = read.flatMap((one, at) => ('problems' in one ? one.problems.map((problem) => problemWithin(`${place}[${at}]`, problem)) : []));
  if (problems.length > 0) throw new FlotillaError('MALFORMED_REQUEST', 'Not every request can be understood:', { problems });
  return read.flatMap((one) => {
    if ('problems' in one) return [];
    return [withCauses(snapshot, proxy, one.request, explain(config, proxy, one.request))];
  });
}
