import { isRecord } from '@flotilla/resources';
import { isMeshAnnotation } from './mesh-annotation.ts';
import { readObject, type KubernetesObject } from './object.ts';

/** What is kept of a value: all of it, or these fields of it; of a list, the same of each entry. */
type Part = true | { readonly [field: string]: Part };

/** The kinds that change often, or of which there are many: what a mesh is made of, and what analysis asks for. */
const parts: Readonly<Record<string, Readonly<Record<string, Part>>>> = {
  Pod: {
    spec: {
      nodeName: true,
      serviceAccountName: true,
      hostNetwork: true,
      securityContext: { runAsUser: true },
      containers: { name: true, image: true, ports: { name: true, containerPort: true }, securityContext: { runAsUser: true } },
      initContainers: { name: true, image: true },
    },
    status: { podIP: true, phase: true },
  },
  Node: {},
  Namespace: {},
  EndpointSlice: { addressType: true, ports: true, endpoints: true },
  MutatingWebhookConfiguration: {
    webhooks: { name: true, namespaceSelector: true, objectSelector: true, clientConfig: { service: { name: true, namespace: true }, url: true } },
  },
};

/** What is kept of the status of kinds that are taken as a whole. */
const statuses: Readonly<Record<string, Part>> = { Service: { loadBalancer: true, conditions: true } };

/** Written by clients and servers for themselves. */
const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

/**
 * Reads an object of a running cluster, and leaves out what neither a mesh nor its analysis has a use for: such as the
 * signs of life that nodes and pods give, so that they are no change.
 */
export function readLiveObject(document: Readonly<Record<string, unknown>>): KubernetesObject | undefined {
  const object = readObject(document, '');
  if (object === undefined) return undefined;
  const wanted = parts[object.kind];
  const keeps = wanted === undefined ? (name: string) => name !== lastApplied : isMeshAnnotation;
  const metadata = { ...object.metadata, annotations: entriesOf(object.metadata.annotations, keeps) };
  const body = wanted === undefined ? { ...entriesOf(document, isOwn), ...partOf({ status: document['status'] }, { status: statuses[object.kind] ?? {} }) } : partOf(document, wanted);
  return { kind: object.kind, metadata, spec: isRecord(body['spec']) ? body['spec'] : {}, body };
}

const isOwn = (field: string): boolean => field !== 'metadata' && field !== 'status';

function partOf(fields: Readonly<Record<string, unknown>>, wanted: Readonly<Record<string, Part>>): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  for (const [field, part] of Object.entries(wanted)) if (fields[field] !== undefined) kept[field] = picked(fields[field], part);
  return kept;
}

function picked(value: unknown, part: Part): unknown {
  if (part === true) return value;
  if (Array.isArray(value)) return value.map((entry) => picked(entry, part));
  return isRecord(value) ? partOf(value, part) : value;
}

function entriesOf<T>(fields: Readonly<Record<string, T>>, keeps: (name: string) => boolean): Record<string, T> {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => keeps(name)));
}
