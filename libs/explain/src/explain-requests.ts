import { FlotillaError, problemWithin } from '@flotilla/errors';
import type { Snapshot } from '@flotilla/mesh';
import type { ProxyDescription } from '@flotilla/translate';
import { causesOf } from './causes.ts';
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
 * @throws FlotillaError MALFORMED_REQUEST for one that cannot be understood
 */
export function explainRequests(snapshot: Snapshot, proxy: ProxyDescription, config: EnvoyConfig, documents: readonly unknown[], place = ''): Explanation[] {
  return documents.map((document, at) => {
    const read = readRequest(document);
    if ('problems' in read) {
      const problems = read.problems.map((problem) => problemWithin(`${place}[${at}]`, problem));
      throw new FlotillaError('MALFORMED_REQUEST', 'A request cannot be understood:', { problems });
    }
    const explanation = explain(config, proxy, read.request);
    return { ...explanation, causes: causesOf(snapshot, proxy, explanation) };
  });
}
