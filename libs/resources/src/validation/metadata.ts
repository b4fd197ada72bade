import { isDnsLabel } from './domain-name.ts';
import { eachEntry, type Place } from './place.ts';

const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/i;
const labelName = /^([a-z0-9]([-._a-z0-9]*[a-z0-9])?)$/i;
const labelValue = /^([a-z0-9]([-._a-z0-9]*[a-z0-9])?)?$/i;

/** The name and namespace by which a resource is kept. */
export function checkMetadata(metadata: { readonly name: string; readonly namespace?: string; readonly labels?: Readonly<Record<string, string>> }, at: Place): void {
  const { name, namespace, labels } = metadata;
  const here = at.at('name');
  if (name.length > 253 || !subdomain.test(name)) here.refuse('is not a name', { found: name, allowed: 'letters, digits, "-" and ".", 253 at most' });
  else if (name !== name.toLowerCase()) here.warn('has capital letters, which Kubernetes refuses', { found: name });
  if (namespace !== undefined && namespace !== '' && !isDnsLabel(namespace)) {
    at.at('namespace').refuse('is not a namespace', { found: namespace, allowed: 'letters, digits and "-", 63 at most' });
  }
  checkLabels(labels, at.at('labels'));
}

/** Labels as Kubernetes has them: `app`, `example.com/app`; values of 63 characters at most, or empty. */
export function checkLabels(labels: Readonly<Record<string, string>> | undefined, at: Place): void {
  eachEntry(labels, at, (key, value, here) => {
    const parts = key.split('/');
    const name = parts.at(-1) ?? '';
    const prefixed = parts.length === 2 && parts[0] !== undefined && parts[0].length <= 253 && subdomain.test(parts[0]);
    if (!(parts.length === 1 || prefixed) || name.length > 63 || !labelName.test(name)) here.refuse('is not the name of a label', { found: key, allowed: 'as app or example.com/app' });
    if (value.length > 63 || !labelValue.test(value)) here.refuse('is not the value of a label', { found: value, allowed: 'letters, digits, "-", "_" and ".", 63 at most' });
  });
}
