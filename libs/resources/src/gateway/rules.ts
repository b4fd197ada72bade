import type { Gateway } from '../resource.ts';
import { checkMetadata } from '../validation/metadata.ts';
import type { Place } from '../validation/place.ts';

/** What the schema of a Gateway cannot say. */
export function gatewayRules({ metadata }: Gateway, at: Place): void {
  checkMetadata(metadata, at.at('metadata'));
}
