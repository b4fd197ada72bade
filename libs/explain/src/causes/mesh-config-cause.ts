import type { Snapshot } from '@flotilla/mesh';
import { meshConfigName, resourceKey, type MeshConfigSpec } from '@flotilla/resources';
import type { Cause } from '../explanation.ts';

const key = resourceKey({ kind: 'MeshConfig', metadata: meshConfigName });

/** A field of the MeshConfig as a cause; nothing where it leaves that to the default. */
export function meshConfigCause({ resources }: Snapshot, of: Cause['of'], field: keyof MeshConfigSpec): Cause[] {
  const resource = resources.get(key);
  return resource?.kind === 'MeshConfig' && resource.spec[field] !== undefined ? [{ of, resource: key, path: `spec.${field}` }] : [];
}
