import { FlotillaError } from '@flotilla/errors';
import type { MeshResource } from '@flotilla/resources';

/** Whether a resource is among those asked for. */
export type Selects = (resource: MeshResource) => boolean;

type Labels = Readonly<Record<string, string>>;

/** Commas that separate requirements, not those within `in (a, b)`. */
const separator = /,(?![^(]*\))/;
const forms: readonly { readonly pattern: RegExp; readonly test: (value: string | undefined, wanted: readonly string[]) => boolean }[] = [
  { pattern: /^([^\s!=()]+)\s+in\s*\(([^)]*)\)$/, test: (value, wanted) => value !== undefined && wanted.includes(value) },
  { pattern: /^([^\s!=()]+)\s+notin\s*\(([^)]*)\)$/, test: (value, wanted) => value === undefined || !wanted.includes(value) },
  { pattern: /^([^\s!=()]+)\s*!=\s*([^\s=()]*)$/, test: (value, [wanted]) => value !== wanted },
  { pattern: /^([^\s!=()]+)\s*==?\s*([^\s=()]*)$/, test: (value, [wanted]) => value === wanted },
  { pattern: /^!\s*([^\s!=()]+)$/, test: (value) => value === undefined },
  { pattern: /^([^\s!=()]+)$/, test: (value) => value !== undefined },
];

/**
 * Kubernetes' label selector: `app=reviews,version in (v1,v2),!canary`.
 * https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#api
 *
 * @throws FlotillaError MALFORMED_REQUEST with every requirement that cannot be read
 */
export function labelSelector(text: string | undefined): Selects {
  const requirements = partsOf(text).map((part) => ({ part, test: requirement(part) }));
  const unread = requirements.filter(({ test }) => test === undefined);
  if (unread.length > 0) throw unreadable('labelSelector', unread.map(({ part }) => part), 'as app=reviews, version in (v1,v2), !canary');
  return (resource) => requirements.every(({ test }) => test?.(resource.metadata.labels ?? {}) === true);
}

function requirement(part: string): ((labels: Labels) => boolean) | undefined {
  for (const { pattern, test } of forms) {
    const [, name, values = ''] = pattern.exec(part) ?? [];
    if (name === undefined) continue;
    const wanted = values.split(',').map((value) => value.trim());
    return (labels) => test(labels[name], wanted);
  }
  return undefined;
}

/**
 * Kubernetes' field selector, for the two fields that every resource has.
 *
 * @throws FlotillaError MALFORMED_REQUEST
 */
export function fieldSelector(text: string | undefined): Selects {
  const parts = partsOf(text).map((part) => ({ part, match: /^metadata\.(name|namespace)\s*(!=|==?)\s*(\S+)$/.exec(part) }));
  const unread = parts.filter(({ match }) => match === null);
  if (unread.length > 0) throw unreadable('fieldSelector', unread.map(({ part }) => part), 'metadata.name=NAME, metadata.namespace=NAMESPACE');
  return ({ metadata }) =>
    parts.every(({ match }) => {
      const [, field, operator, wanted] = match ?? [];
      return ((field === 'name' ? metadata.name : metadata.namespace) === wanted) === (operator !== '!=');
    });
}

function partsOf(text = ''): string[] {
  return text.split(separator).map((part) => part.trim()).filter((part) => part !== '');
}

function unreadable(parameter: string, parts: readonly string[], allowed: string): FlotillaError {
  return new FlotillaError('MALFORMED_REQUEST', `the ${parameter} cannot be understood`, {
    problems: parts.map((found) => ({ path: parameter, message: 'is not a requirement', found, allowed })),
  });
}
