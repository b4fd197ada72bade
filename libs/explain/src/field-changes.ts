import type { JsonValue } from '@bufbuild/protobuf';
import { isRecord } from '@flotilla/resources';

/** One field that is not what it was; `before` or `after` is absent where there was, or is, none. */
export interface FieldChange {
  /** `virtual_hosts[reviews:9080].routes[0].route.timeout`; list items are named where all of a list have names. */
  readonly path: string;
  readonly before?: JsonValue;
  readonly after?: JsonValue;
}

/** What differs between two JSON values, as deep down as it can be said. */
export function fieldChanges(before: JsonValue | undefined, after: JsonValue | undefined, path = ''): FieldChange[] {
  const [old, next] = [partsOf(before, after), partsOf(after, before)];
  if (old === undefined || next === undefined) {
    if (JSON.stringify(before) === JSON.stringify(after)) return [];
    return [{ path, ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) }];
  }
  return [...new Set([...old.keys(), ...next.keys()])].flatMap((key) => fieldChanges(old.get(key), next.get(key), joined(path, key)));
}

function joined(path: string, key: string): string {
  return path === '' || key.startsWith('[') ? `${path}${key}` : `${path}.${key}`;
}

/** The parts of an object or list by their keys; undefined for what has none, or is compared with another kind of thing. */
function partsOf(value: JsonValue | undefined, other: JsonValue | undefined): Map<string, JsonValue> | undefined {
  if (Array.isArray(value) && Array.isArray(other)) {
    const named = namesOf(value) !== undefined && namesOf(other) !== undefined;
    const names = named ? namesOf(value) : undefined;
    return new Map(value.map((item, at) => [`[${names?.[at] ?? at}]`, item]));
  }
  return isRecord(value) && isRecord(other) ? new Map(Object.entries(value as Record<string, JsonValue>)) : undefined;
}

/** The names of a list's items, if all have one of their own. */
function namesOf(list: readonly JsonValue[]): string[] | undefined {
  const names = list.flatMap((item) => (isRecord(item) && typeof item['name'] === 'string' && item['name'] !== '' ? [item['name']] : []));
  return names.length === list.length && new Set(names).size === list.length ? names : undefined;
}
