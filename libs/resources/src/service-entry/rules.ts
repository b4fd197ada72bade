import type { ServiceEntry } from '../resource.ts';
import { checkMetadata } from '../validation/metadata.ts';
import type { Place } from '../validation/place.ts';

/** What the schema of a ServiceEntry cannot say. */
export function serviceEntryRules({ metadata }: ServiceEntry, at: Place): void {
  checkMetadata(metadata, at.at('metadata'));
}
