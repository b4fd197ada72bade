import { Type, type TEnum, type TSchemaOptions } from 'typebox';
import { durationPattern } from '../duration.ts';

/** What more there is to say of a field, for the OpenAPI documents. */
interface Notes extends TSchemaOptions {
  description?: string;
  deprecated?: boolean;
}

export const text = (notes: Notes = {}) => Type.String(notes);
export const flag = (notes: Notes = {}) => Type.Boolean(notes);
export const texts = (notes: Notes = {}) => Type.Array(Type.String(), notes);
export const textMap = (notes: Notes = {}) => Type.Record(Type.String(), Type.String(), notes);
export const double = (notes: Notes = {}) => Type.Number(notes);

/** One of the names of an enumeration. */
export const oneOf = <const Name extends string>(...names: Name[]): TEnum<Name[]> => Type.Enum<Name[]>(names);

/** A whole number between the given bounds, both included. */
const whole = (minimum: number, maximum: number) => (notes: Notes = {}) => Type.Integer({ minimum, maximum, ...notes });

export const uint32 = whole(0, 2 ** 32 - 1);
export const int32 = whole(-(2 ** 31), 2 ** 31 - 1);
/** A limit which is an int32 on Istio's wire but has no meaning below zero. */
export const limit = whole(0, 2 ** 31 - 1);
/** A port that has to be there. */
export const port = whole(1, 65535);
/** A port where 0 is the same as leaving it out. */
export const portOrZero = whole(0, 65535);

/** A 64-bit number; JSON of protobuf writes it as a string, people write it as a number. */
export const uint64 = (notes: Notes = {}) =>
  Type.Unsafe<number | string>({ type: ['integer', 'string'], minimum: 0, pattern: '^[0-9]+$', ...notes });

/** A span of time as Istio writes it: `5s`, `1m30s`, `0.5s`, `250ms`. */
export const duration = (notes: Notes = {}) => Type.String({ pattern: durationPattern, ...notes });
