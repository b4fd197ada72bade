/** The parts of a schema that `message` and the scalars make use of. */
export interface Shape {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly patternProperties?: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
  readonly items?: Shape;
  readonly minItems?: number;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly minimum?: number;
  readonly pattern?: string;
}

/** The shape of a map's values; undefined for what is no map. */
export function entryShape({ patternProperties }: Shape): Shape | undefined {
  return patternProperties === undefined ? undefined : (Object.values(patternProperties)[0] ?? {});
}
