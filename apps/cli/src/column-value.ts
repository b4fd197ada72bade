import type { Column, MeshResource } from '@flotilla/resources';
import { age } from './table.ts';

/** What `jsonPath` (`.spec.hosts`) finds in `value`. */
function find(value: unknown, jsonPath: string): unknown {
  return jsonPath.split('.').filter((key) => key !== '').reduce<unknown>((inner, key) => (inner as Record<string, unknown> | undefined)?.[key], value);
}

/** A resource's cell in a column of its kind. */
export function columnValue(resource: MeshResource, { jsonPath, type }: Column, nowMs: number): string {
  const value = find(resource, jsonPath);
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return type === 'date' ? age(value, nowMs) : value;
  return JSON.stringify(value);
}
