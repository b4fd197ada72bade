import type { DestinationRule } from '../resource.ts';
import { checkMetadata } from '../validation/metadata.ts';
import type { Place } from '../validation/place.ts';

/** What the schema of a DestinationRule cannot say. */
export function destinationRuleRules({ metadata }: DestinationRule, at: Place): void {
  checkMetadata(metadata, at.at('metadata'));
}
