import type { HTTPMatchRequest, StringMatch } from '@flotilla/resources';

type Matches = readonly HTTPMatchRequest[];

/**
 * What a delegate's rule matches within what its root's rule matches. Each of its matches must lie within
 * one of the root's.
 *
 * @returns undefined where one does not
 */
export function mergedMatches(root: Matches = [], delegate: Matches = []): HTTPMatchRequest[] | undefined {
  if (root.length === 0 || delegate.length === 0) return [...root, ...delegate];
  const merged: HTTPMatchRequest[] = [];
  for (const inner of delegate) {
    const outer = root.filter((match) => fits(match, inner));
    if (outer.length === 0) return undefined;
    merged.push(...outer.map((match) => merge(match, inner)));
  }
  return merged;
}

const parts = ['uri', 'scheme', 'method', 'authority'] as const;
const maps = ['headers', 'withoutHeaders', 'queryParams'] as const;

function fits(root: HTTPMatchRequest, inner: HTTPMatchRequest): boolean {
  return (
    parts.every((part) => narrows(root[part], inner[part])) &&
    maps.every((map) => Object.entries(root[map] ?? {}).every(([name, match]) => narrows(match, inner[map]?.[name]))) &&
    (root.ignoreUriCase ?? false) === (inner.ignoreUriCase ?? false) &&
    agree(root.port || undefined, inner.port || undefined) &&
    agree(root.sourceNamespace || undefined, inner.sourceNamespace || undefined) &&
    Object.entries(root.sourceLabels ?? {}).every(([label, value]) => agree(value, inner.sourceLabels?.[label])) &&
    (!root.gateways?.length || (inner.gateways ?? []).every((gateway) => root.gateways?.includes(gateway)))
  );
}

function agree<T>(one: T | undefined, other: T | undefined): boolean {
  return one === undefined || other === undefined || one === other;
}

/** Whether whatever fits the inner match fits the outer one too; of regular expressions nobody can say. */
function narrows(outer: StringMatch | undefined, inner: StringMatch | undefined): boolean {
  if (outer === undefined || inner === undefined || isEmpty(outer) || isEmpty(inner)) return true;
  if (outer.regex !== undefined || inner.regex !== undefined) return false;
  if (outer.exact !== undefined) return inner.exact === outer.exact;
  return (inner.exact ?? inner.prefix ?? '').startsWith(outer.prefix ?? '');
}

function isEmpty({ exact, prefix, regex }: StringMatch): boolean {
  return !exact && !prefix && !regex;
}

/** Both conditions in one: the delegate's where both have one, for it is the narrower. */
function merge(root: HTTPMatchRequest, inner: HTTPMatchRequest): HTTPMatchRequest {
  const both = maps.filter((map) => root[map] !== undefined && inner[map] !== undefined).map((map) => [map, { ...root[map], ...inner[map] }] as const);
  return {
    ...root,
    ...inner,
    ...Object.fromEntries(both),
    ...(root.name && inner.name ? { name: `${root.name}-${inner.name}` } : {}),
    ...(root.sourceLabels === undefined ? {} : { sourceLabels: { ...root.sourceLabels, ...inner.sourceLabels } }),
    ...(root.gateways === undefined || inner.gateways?.length ? {} : { gateways: root.gateways }),
  };
}
