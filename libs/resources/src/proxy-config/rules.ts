import type { ProxyConfig } from '../resource.ts';
import { checkMetadata } from '../validation/metadata.ts';
import type { Place } from '../validation/place.ts';
import { checkSelector } from '../validation/selector.ts';
import { checkEnvironment } from './environment.ts';

/** What the schema of a ProxyConfig cannot say. */
export function proxyConfigRules({ metadata, spec }: ProxyConfig, at: Place): void {
  checkMetadata(metadata, at.at('metadata'));
  const here = at.at('spec');
  if (spec.selector !== undefined) checkSelector(spec.selector.matchLabels, here.at('selector').at('matchLabels'));
  checkEnvironment(spec.environmentVariables, here.at('environmentVariables'));
}
