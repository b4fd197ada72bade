import { isRecord } from '@flotilla/resources';
import { readObject, type KubernetesObject } from './object.ts';

/** What of the kinds that change often, or are large, matters to a mesh; their annotations do not. */
const parts: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  Pod: { spec: ['nodeName', 'serviceAccountName'], status: ['podIP'] },
  Node: {},
  EndpointSlice: { addressType: [], ports: [], endpoints: [] },
};

/** What of their status matters of kinds that are taken as a whole. */
const statuses: Readonly<Record<string, readonly string[]>> = { Service: ['loadBalancer'] };

/** Written by clients and servers for themselves. */
const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

/**
 * Reads an object of a running cluster, and leaves out what a mesh has no use for: such as the signs of life that nodes
 * and pods give, so that they are no change.
 */
export function readLiveObject(document: Readonly<Record<string, unknown>>): KubernetesObject | undefined {
  const object = readObject(document, '');
  if (object === undefined) return undefined;
  const wanted = parts[object.kind];
  const annotations = wanted === undefined ? without(object.metadata.annotations, [lastApplied]) : {};
  const metadata = { ...object.metadata, annotations };
  const kept = statuses[object.kind];
  const status = kept === undefined ? {} : { status: picked(document['status'], kept) };
  const body = wanted === undefined ? { ...without(document, ['metadata', 'status']), ...status } : Object.fromEntries(Object.entries(wanted).map(([name, fields]) => [name, picked(document[name], fields)]));
  return { kind: object.kind, metadata, spec: isRecord(body['spec']) ? body['spec'] : {}, body };
}

function picked(value: unknown, fields: readonly string[]): unknown {
  if (fields.length === 0 || !isRecord(value)) return value;
  return Object.fromEntries(fields.flatMap((field) => (value[field] === undefined ? [] : [[field, value[field]]])));
}

function without<T>(fields: Readonly<Record<string, T>>, left: readonly string[]): Record<string, T> {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !left.includes(name)));
}
