import type { VirtualService } from '@flotilla/resources';
import { remember } from '@flotilla/mesh';
import type { Scope } from '../scope.ts';

interface Asked {
  readonly labels: readonly string[];
  readonly namespace: boolean;
}

const asked = new WeakMap<VirtualService, Asked>();

/** What of a scope's own facts the routes of a VirtualService depend on, as text; mostly nothing. */
export function sourceVariant(virtualService: VirtualService, scope: Scope): string {
  const { labels, namespace } = remember(asked, virtualService, () => askedOf(virtualService));
  if (labels.length === 0 && !namespace) return '';
  return JSON.stringify([namespace ? scope.namespace : '', ...labels.map((label) => scope.labels[label] ?? null)]);
}

function askedOf({ spec }: VirtualService): Asked {
  const matches = (spec.http ?? []).flatMap(({ match = [] }) => match);
  return {
    labels: [...new Set(matches.flatMap(({ sourceLabels = {} }) => Object.keys(sourceLabels)))].sort(),
    namespace: matches.some(({ sourceNamespace }) => sourceNamespace !== undefined && sourceNamespace !== ''),
  };
}
