import { modeSourceFor, servicesOfWorkload, sidecarFor } from '@flotilla/mesh';
import { resourceKey } from '@flotilla/resources';
import { inboundPorts } from '@flotilla/translate';
import type { Cause } from '../explanation.ts';
import type { Denial } from './denials.ts';
import type { Question } from './question.ts';
import { serviceCauses } from './service-causes.ts';

/**
 * What the way in to a workload comes of: what names the port, what its callers have to prove, and the DenyLists by which Mixer may refuse it.
 *
 * @param denied the rules of those DenyLists
 */
export function inboundCauses(question: Question, denied: readonly Denial[]): Cause[] {
  const { snapshot, proxy, request, landing: { listener, filterChain } } = question;
  if (proxy.type !== 'sidecar' || request.direction !== 'inbound' || listener === null) return [];
  const mode = modeSourceFor(snapshot, proxy, request.port);
  return [
    ...portCauses(question),
    ...(mode === undefined || filterChain === null ? [] : [{ of: 'tls', resource: resourceKey(mode.policy), path: mode.path } as const]),
    ...denied.map(({ cause }) => cause),
  ];
}

/** What says that a workload takes connections on a port: its Sidecar, else a service of it. */
function portCauses({ snapshot, proxy, request: { port } }: Question): Cause[] {
  const sidecar = sidecarFor(snapshot, proxy.namespace, proxy.labels);
  const ingress = sidecar?.spec.ingress ?? [];
  const at = ingress.findIndex((listener) => listener.port.number === port);
  if (sidecar !== undefined && at !== -1) {
    const cause = (of: Cause['of'], path: string): Cause => ({ of, resource: resourceKey(sidecar), path: `spec.ingress[${at}]${path}` });
    return [cause('cluster', ''), cause('protocol', '.port'), ...(ingress[at]?.tls === undefined ? [] : [cause('tls', '.tls')])];
  }
  const served = inboundPorts(snapshot, proxy).find(({ number }) => number === port)?.served;
  if (served === undefined) return [];
  const { namespace, labels, ipAddresses: addresses } = proxy;
  const service = servicesOfWorkload(snapshot, { namespace, labels, addresses }).find(({ host, ports }) => host === served.host && ports.includes(served.port));
  return service === undefined ? [] : serviceCauses(snapshot, service, served.port.number);
}
