import { isRecord } from '@flotilla/resources';
import { perView, resourcesOf } from './view.ts';

/** The MeshConfig as it was written, for settings that do not concern routing; empty where there is none. */
export const meshSettings = perView((view): Readonly<Record<string, unknown>> => resourcesOf(view, 'MeshConfig')[0]?.spec ?? {});

/** The value at the end of a path of fields. */
export function settingAt(settings: unknown, ...path: readonly string[]): unknown {
  return path.reduce((value: unknown, field) => (isRecord(value) ? value[field] : undefined), settings);
}
