import { sidecarFor } from '@flotilla/mesh';
import { resourceKey } from '@flotilla/resources';
import type { Cause } from '../explanation.ts';
import type { Question } from './question.ts';

/** The egress listener of a Sidecar that shapes what a proxy sees on the port of a request. */
export function sidecarCauses(question: Question): Cause[] {
  const { landing: { listener }, request } = question;
  const place = listener === null || request.direction === 'inbound' ? undefined : egressPlace(question);
  return place === undefined ? [] : [{ of: 'listener', ...place }];
}

/** Where the Sidecar of a proxy says what leaves by the port of a request: `spec.egress[0]`; undefined where none limits that. */
export function egressPlace({ snapshot, proxy, request: { port } }: Question): { readonly resource: string; readonly path: string } | undefined {
  const sidecar = proxy.type === 'gateway' ? undefined : sidecarFor(snapshot, proxy.namespace, proxy.labels);
  const egress = sidecar?.spec.egress ?? [];
  const own = egress.findIndex((listener) => listener.port?.number === port);
  const at = own === -1 ? egress.findIndex((listener) => listener.port === undefined) : own;
  if (sidecar === undefined || egress.length === 0) return undefined;
  return { resource: resourceKey(sidecar), path: at === -1 ? 'spec.egress' : `spec.egress[${at}]` };
}
