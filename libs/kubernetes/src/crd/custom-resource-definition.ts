import { isRecord, jsonSchemaOf, type Column, type Kind } from '@flotilla/resources';
import { celRules } from './cel-rules.ts';
import { structuralSchema, type StructuralSchema } from './structural-schema.ts';

/** What of a CustomResourceDefinition (apiextensions.k8s.io/v1) is made here. */
export interface CustomResourceDefinition {
  readonly apiVersion: 'apiextensions.k8s.io/v1';
  readonly kind: 'CustomResourceDefinition';
  readonly metadata: { readonly name: string; readonly labels: Readonly<Record<string, string>> };
  readonly spec: {
    readonly group: string;
    readonly scope: 'Namespaced';
    readonly names: {
      readonly kind: string;
      readonly listKind: string;
      readonly plural: string;
      readonly singular: string;
      readonly shortNames?: readonly string[];
      readonly categories: readonly string[];
    };
    readonly versions: readonly {
      readonly name: string;
      readonly served: boolean;
      readonly storage: boolean;
      readonly additionalPrinterColumns: readonly Column[];
      readonly subresources: { readonly status: object };
      readonly schema: { readonly openAPIV3Schema: StructuralSchema };
    }[];
  };
}

/**
 * The definition by which a cluster takes resources of a kind: in every version that Flotilla takes, kept in the
 * newest. All versions have one shape, so that none needs converting.
 */
export function customResourceDefinition(kind: Kind): CustomResourceDefinition {
  const { group, plural, singular, shortNames, columns } = kind;
  const openAPIV3Schema = schemaOf(kind);
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}`, labels: { 'app.kubernetes.io/part-of': 'flotilla' } },
    spec: {
      group,
      scope: 'Namespaced',
      names: { kind: kind.kind, listKind: `${kind.kind}List`, plural, singular, ...(shortNames.length === 0 ? {} : { shortNames }), categories: categoriesOf(group) },
      versions: kind.versions.map((name, index) => ({
        name,
        served: true,
        storage: index === 0,
        additionalPrinterColumns: columns,
        subresources: { status: {} },
        schema: { openAPIV3Schema },
      })),
    },
  };
}

/** `kubectl get istio-io` lists all of Istio's kinds, `kubectl get networking-istio-io` those of a group. */
function categoriesOf(group: string): string[] {
  return group.endsWith('.istio.io') ? ['istio-io', group.replaceAll('.', '-')] : ['flotilla'];
}

/** By type, so that each condition belongs to who writes it. */
const conditions: StructuralSchema = {
  type: 'array',
  items: { type: 'object', required: ['type'], properties: { type: { type: 'string' } }, 'x-kubernetes-preserve-unknown-fields': true },
  'x-kubernetes-list-type': 'map',
  'x-kubernetes-list-map-keys': ['type'],
};

/** The API server knows `apiVersion`, `kind` and `metadata` itself. */
function schemaOf(kind: Kind): StructuralSchema {
  const { properties } = jsonSchemaOf(kind) as { properties?: unknown };
  const { spec, status } = isRecord(properties) ? properties : {};
  const rules = celRules(kind.kind);
  return {
    type: 'object',
    required: ['spec'],
    properties: {
      spec: structuralSchema(spec, 'spec', rules),
      status: { ...structuralSchema(status, 'status', rules), properties: { conditions }, 'x-kubernetes-preserve-unknown-fields': true },
    },
    ...(rules[''] === undefined ? {} : { 'x-kubernetes-validations': rules[''] }),
  };
}
