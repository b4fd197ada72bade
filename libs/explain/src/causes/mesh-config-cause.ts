import type { Snapshot } from '@flotilla/mesh';
import { meshConfigName, resourceKey, type MeshConfigSpec } from '@flotilla/resources';
import type { Cause } from '../explanation.ts';

/** The key of the MeshConfig. */
export const meshConfigKey = resourceKey({ kind: 'MeshConfig', metadata: meshConfigName });

/** A field of the MeshConfig as a cause; nothing where it leaves that to the default. */
export function meshConfigCause({ resources }: Snapshot, of: Cause['of'], field: keyof MeshConfigSpec): Cause[] {
  const resource = resources.get(meshConfigKey);
  return resource?.kind === 'MeshConfig' && resource.spec[field] !== undefined ? [{ of, resource: meshConfigKey, path: `spec.${field}` }] : [];
}
