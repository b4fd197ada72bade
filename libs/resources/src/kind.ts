import type { Problem } from '@flotilla/errors';
import { Type, type Static, type TSchema } from 'typebox';
import type { KindName, ResourceOf } from './resource.ts';
import { message } from './schema/message.ts';
import { ObjectMeta } from './schema/metadata.ts';
import type { ResourceStatus } from './status.ts';
import { warnOfFields } from './support/warn-of-fields.ts';
import { checkDocument, type Rules } from './validation/check-document.ts';

/** A column of `kubectl get` and `flotilla get`. */
export interface Column {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'date';
  /** Kubernetes JSONPath, as `.spec.hosts`. */
  readonly jsonPath: string;
}

/** All there is to know of a kind of resource. */
export interface Kind<K extends KindName = KindName> {
  readonly kind: K;
  readonly group: string;
  /** Accepted versions, newest first; resources are kept in the newest. */
  readonly versions: readonly [string, ...string[]];
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  /** The namespace of documents that name none, for a kind that is of the whole mesh. */
  readonly home?: string;
  /** JSON Schema of a whole resource. */
  readonly schema: TSchema;
  readonly columns: readonly Column[];
  /** Every problem and warning of a document that claims to be of this kind; none where it is in order. */
  readonly validate: (resource: unknown) => Problem[];
}

interface Definition<K extends KindName, Spec extends TSchema> {
  readonly kind: K;
  readonly group: string;
  readonly versions: readonly [string, ...string[]];
  readonly plural: string;
  readonly shortNames: readonly string[];
  readonly home?: string;
  readonly columns: readonly Column[];
  readonly spec: Spec;
  readonly rules: Rules<ResourceOf<K>>;
}

const Status = Type.Unsafe<ResourceStatus>({ type: 'object', description: 'Written by the control plane.' });

/** Makes a kind of its spec's schema and of the rules that a schema cannot say. */
export function defineKind<K extends KindName, Spec extends TSchema>(definition: Definition<K, Spec>): Kind<K> & { readonly spec?: Static<Spec> } {
  const { kind, group, versions, plural, shortNames, home, columns, spec, rules } = definition;
  const age: Column = { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' };
  const schema = message(
    {
      apiVersion: Type.Enum(versions.map((version) => `${group}/${version}`)),
      kind: Type.Literal(kind),
      metadata: ObjectMeta,
      spec,
    },
    { status: Status },
  );
  return {
    kind,
    group,
    versions,
    plural,
    singular: kind.toLowerCase(),
    shortNames,
    ...(home === undefined ? {} : { home }),
    schema,
    columns: [...columns, age],
    validate: checkDocument<ResourceOf<K>>(schema, (document, at) => {
      rules(document, at);
      warnOfFields(kind, schema, document, at);
    }),
  };
}
