import { stringify } from 'yaml';
import type { Resource } from './resource.ts';

/** A resource as one YAML document, in the order people expect its fields. */
export function toYaml(resource: Resource): string {
  const { apiVersion, kind, metadata, spec, status } = resource;
  const { name, namespace, ...more } = metadata;
  return stringify(
    { apiVersion, kind, metadata: { name, namespace, ...more }, spec, ...(status === undefined ? {} : { status }) },
    { lineWidth: 0, aliasDuplicateObjects: false },
  );
}
