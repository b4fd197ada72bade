import type { WorkloadEntry } from '@flotilla/resources';
import type { ServicePort } from './service.ts';

/** One workload behind services. */
export interface Endpoint {
  /** An IP address, a host name (DNS services) or `unix:///path`. */
  readonly address: string;
  readonly namespace: string;
  /** Ports by service port name; a name that is missing takes the service's target port. */
  readonly ports: Readonly<Record<string, number>>;
  readonly labels: Readonly<Record<string, string>>;
  /** `region/zone/subzone`, or empty. */
  readonly locality: string;
  readonly network: string;
  readonly weight: number;
  readonly serviceAccount: string;
  /** Whether a sidecar that takes mesh mTLS stands before it. */
  readonly mutualTls: boolean;
}

const none = {};

/**
 * The endpoint that a WorkloadEntry, or one written inline in a ServiceEntry, stands for.
 *
 * @param labels labels of the resource itself, which its spec's labels extend
 */
export function endpointOf(spec: WorkloadEntry['spec'], namespace: string, labels: Readonly<Record<string, string>> = none): Endpoint | undefined {
  if (spec.address === undefined || spec.address === '') return undefined;
  const all = spec.labels === undefined ? labels : { ...labels, ...spec.labels };
  return {
    address: spec.address,
    namespace,
    ports: spec.ports ?? none,
    labels: all,
    locality: spec.locality ?? '',
    network: spec.network ?? '',
    weight: spec.weight ?? 1,
    serviceAccount: spec.serviceAccount ?? '',
    mutualTls: all['security.istio.io/tlsMode'] === 'istio',
  };
}

/** The port on which an endpoint serves one port of a service. */
export function endpointPort(endpoint: Endpoint, port: ServicePort): number {
  return endpoint.ports[port.name] ?? port.targetPort;
}
