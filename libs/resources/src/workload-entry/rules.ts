import type { WorkloadEntry } from '../resource.ts';
import { checkEndpoint } from '../validation/endpoint.ts';
import { checkMetadata } from '../validation/metadata.ts';
import type { Place } from '../validation/place.ts';

/** What the schema of a WorkloadEntry cannot say: it may turn out to be for any kind of ServiceEntry. */
export function workloadEntryRules({ metadata, spec }: WorkloadEntry, at: Place): void {
  checkMetadata(metadata, at.at('metadata'));
  checkEndpoint(spec, { names: true, sockets: true }, at.at('spec'));
}
