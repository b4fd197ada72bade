import type { EnvoyFilter } from '../resource.ts';
import { checkMetadata } from '../validation/metadata.ts';
import { each, type Place } from '../validation/place.ts';
import { checkSelector } from '../validation/selector.ts';
import type { EnvoyConfigObjectPatch } from './envoy-filter.ts';
import { checkMatch } from './match-rules.ts';
import { operationsOn } from './operations.ts';

/** What the schema of an EnvoyFilter cannot say; whether a patch is Envoy's is known where it is applied. */
export function envoyFilterRules({ metadata, spec }: EnvoyFilter, at: Place): void {
  checkMetadata(metadata, at.at('metadata'));
  const here = at.at('spec');
  const { workloadSelector, targetRefs = [], configPatches } = spec;
  if (workloadSelector !== undefined) checkSelector(workloadSelector.labels, here.at('workloadSelector').at('labels'));
  if (targetRefs.length > 0 && workloadSelector !== undefined) here.at('targetRefs').refuse('cannot be given together with workloadSelector');
  if (!configPatches?.length) here.at('configPatches').warn('are missing, so that the filter has no effect');
  each(configPatches, here.at('configPatches'), checkPatch);
}

function checkPatch({ applyTo, match, patch }: EnvoyConfigObjectPatch, at: Place): void {
  const { operation, value } = patch;
  const here = at.at('patch');
  if (operation !== 'REMOVE' && value === undefined) here.at('value').refuse(`is required for operation ${operation}`);
  const possible = operationsOn[applyTo];
  if (!possible.includes(operation)) here.at('operation').warn(`has no effect on ${applyTo}`, { found: operation, allowed: possible.length === 0 ? 'another part' : possible.join(', ') });
  if (patch.filterClass !== undefined && patch.filterClass !== 'UNSPECIFIED' && (applyTo !== 'HTTP_FILTER' || operation !== 'ADD')) {
    here.at('filterClass').warn('has an effect only where a HTTP_FILTER is added', { found: patch.filterClass });
  }
  if (match !== undefined) checkMatch(match, applyTo, at.at('match'));
}
