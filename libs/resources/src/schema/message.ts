import { Type, type TObject, type TOptional, type TProperties } from 'typebox';

type Message<Required extends TProperties, Optional extends TProperties> = TObject<
  Required & { [Name in keyof Optional]: TOptional<Optional[Name]> }
>;

/** A closed object: the fields it must have, the fields it may have, and no others. */
export function message<const Required extends TProperties, const Optional extends TProperties>(
  required: Required,
  optional: Optional,
  description?: string,
): Message<Required, Optional> {
  const properties: TProperties = { ...required };
  for (const [name, schema] of Object.entries(optional)) properties[name] = Type.Optional(schema);
  return Type.Object(properties, {
    additionalProperties: false,
    ...(description === undefined ? {} : { description }),
  }) as unknown as Message<Required, Optional>;
}
