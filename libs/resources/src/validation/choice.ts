import type { Place } from './place.ts';

/** Fields of which one at most may be given: protobuf's `oneof`. */
export function checkOneAtMost<T extends object>(value: T, fields: readonly (keyof T & string)[], at: Place): void {
  const given = fields.filter((field) => value[field] !== undefined);
  if (given.length > 1) at.refuse(`has ${given.join(' and ')}, of which only one may be given`, { allowed: `one of ${fields.join(', ')}` });
}
