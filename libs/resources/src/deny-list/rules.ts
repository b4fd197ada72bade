import type { DenyList } from '../resource.ts';
import { checkMetadata } from '../validation/metadata.ts';
import type { Place } from '../validation/place.ts';

/** What the schema of a DenyList cannot say. */
export function denyListRules({ metadata }: DenyList, at: Place): void {
  checkMetadata(metadata, at.at('metadata'));
}
