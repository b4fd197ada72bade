import type { Place } from './place.ts';

const label = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/i;
const firstLabel = /^(\*|(\*-?)?[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)$/i;
const longest = 255;

/** Whether the text is one label of a DNS name (RFC 1123): letters, digits and inner dashes, 63 at most. */
export function isDnsLabel(text: string): boolean {
  return label.test(text);
}

/** A complete DNS name, as `reviews` or `reviews.prod.svc.cluster.local`, also with a dot at its end. */
export function checkDomainName(name: string, at: Place): void {
  const reason = faultOfName(name) ?? faultOfLabels(name);
  if (reason !== undefined) at.refuse(reason, { found: name, allowed: 'a DNS name, as reviews or www.example.com' });
}

/** A DNS name whose first label may be, or begin with, a `*`; `*` alone is every name. */
export function checkWildcardName(name: string, at: Place): void {
  const reason = faultOfWildcardName(name);
  if (reason !== undefined) at.refuse(reason, { found: name, allowed: 'a DNS name, as www.example.com or *.example.com' });
}

/** Why the text is no DNS name with or without a wildcard at its beginning; `undefined` where it is one. */
export function faultOfWildcardName(name: string): string | undefined {
  const fault = faultOfName(name);
  if (fault !== undefined) return fault;
  const dot = name.indexOf('.');
  const first = dot === -1 ? name : name.slice(0, dot);
  if (!firstLabel.test(first)) return `is not a DNS name: ${quoted(first)} is no label of one`;
  return dot === -1 ? undefined : faultOfLabels(name.slice(dot + 1));
}

/** A `*` that is more than the whole first label, as `*bar.com`: Envoy would take it, Istio's docs do not. */
export function isPartialWildcard(name: string): boolean {
  return name !== '*' && name.includes('*') && !(name.startsWith('*.') && !name.slice(1).includes('*'));
}

/** Why the text is no complete DNS name; `undefined` where it is one. */
export function faultOfDomainName(name: string): string | undefined {
  return faultOfName(name) ?? faultOfLabels(name);
}

function faultOfName(name: string): string | undefined {
  if (name === '') return 'must not be empty';
  return name.length > longest ? `is longer than ${longest} characters` : undefined;
}

function faultOfLabels(name: string): string | undefined {
  const labels = name.split('.');
  const last = labels.at(-1);
  if (last !== undefined && /^\d+$/.test(last)) return `is not a DNS name: the top level ${quoted(last)} is a number`;
  // A dot at the end only says that the name is complete.
  const named = last === '' && labels.length > 1 ? labels.slice(0, -1) : labels;
  const wrong = named.find((one) => !isDnsLabel(one));
  return wrong === undefined ? undefined : `is not a DNS name: ${quoted(wrong)} is no label of one`;
}

const quoted = (text: string): string => JSON.stringify(text);
