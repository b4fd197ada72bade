import type { ServicePort } from './service.ts';

/** One workload behind services. Like a Service, unchanged exactly when it is the same object. */
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

/** The port on which an endpoint serves one port of a service. */
export function endpointPort(endpoint: Endpoint, port: ServicePort): number {
  return endpoint.ports[port.name] ?? port.targetPort;
}
