import type { WorkloadEntry } from '../resource.ts';
import { checkMetadata } from '../validation/metadata.ts';
import type { Place } from '../validation/place.ts';

/** What the schema of a WorkloadEntry cannot say. */
export function workloadEntryRules({ metadata }: WorkloadEntry, at: Place): void {
  checkMetadata(metadata, at.at('metadata'));
}
