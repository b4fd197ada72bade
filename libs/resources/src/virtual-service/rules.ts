import type { VirtualService } from '../resource.ts';
import { checkMetadata } from '../validation/metadata.ts';
import type { Place } from '../validation/place.ts';

/** What the schema of a VirtualService cannot say. */
export function virtualServiceRules({ metadata }: VirtualService, at: Place): void {
  checkMetadata(metadata, at.at('metadata'));
}
