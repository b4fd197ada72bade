import type { WorkloadEntry } from '@flotilla/resources';
import type { Labels } from './labels.ts';
import type { MutualTlsOf } from './mutual-tls.ts';
import type { NetworkOf } from './network-of.ts';
import type { ServicePort } from './service.ts';
import { networkLabel } from './topology.ts';

/** One workload behind services. */
export interface Endpoint {
  /** An IP address, a host name (DNS services) or `unix:///path`. */
  readonly address: string;
  readonly namespace: string;
  /** Ports by service port name; a name that is missing takes the service's target port. */
  readonly ports: Readonly<Record<string, number>>;
  /** The ports of the service that it serves, by number; all when absent. */
  readonly servicePorts?: readonly number[];
  readonly labels: Readonly<Record<string, string>>;
  /** `region/zone/subzone`, or empty. */
  readonly locality: string;
  readonly network: string;
  readonly weight: number;
  readonly serviceAccount: string;
  /** Whether it may be sent requests. */
  readonly healthy: boolean;
  /** Whether a sidecar that takes mesh mTLS stands before it, */
  readonly mutualTls: boolean;
  /** and before those of its ports for which it is otherwise. */
  readonly mutualTlsPorts: Readonly<Record<string, boolean>>;
}

/** What the mesh says of endpoints. */
export interface EndpointTerms {
  readonly mutualTlsOf: MutualTlsOf;
  readonly networkOf: NetworkOf;
}

/** What there is to say of an endpoint beside its spec. */
export interface EndpointSource {
  /** Labels of the resource itself, which its spec's labels extend. */
  readonly labels?: Labels | undefined;
  /** True by default. */
  readonly healthy?: boolean;
  /** The registry that tells of it, where it is none of users' resources. */
  readonly registry?: string;
}

const none = {};

/** The endpoint that a WorkloadEntry, or one written inline in a ServiceEntry, stands for. */
export function endpointOf(spec: WorkloadEntry['spec'], namespace: string, { mutualTlsOf, networkOf }: EndpointTerms, { labels = none, healthy = true, registry }: EndpointSource = none): Endpoint | undefined {
  if (spec.address === undefined || spec.address === '') return undefined;
  const all = spec.labels === undefined ? labels : { ...labels, ...spec.labels };
  const { mode, ports } = mutualTlsOf(namespace, all);
  const sidecar = all['security.istio.io/tlsMode'] === 'istio';
  const exceptions = sidecar ? Object.entries(ports).filter(([, own]) => (own === 'DISABLE') !== (mode === 'DISABLE')) : [];
  return {
    address: spec.address,
    namespace,
    ports: spec.ports ?? none,
    labels: all,
    locality: spec.locality ?? '',
    network: spec.network || all[networkLabel] || networkOf(spec.address, registry),
    weight: spec.weight ?? 1,
    serviceAccount: spec.serviceAccount ?? '',
    healthy,
    mutualTls: sidecar && mode !== 'DISABLE',
    mutualTlsPorts: exceptions.length === 0 ? none : Object.fromEntries(exceptions.map(([port, own]) => [port, own !== 'DISABLE'])),
  };
}

/** Whether a port of an endpoint takes mesh mTLS. */
export function takesMutualTls({ mutualTls, mutualTlsPorts }: Endpoint, port: number): boolean {
  return mutualTlsPorts[port] ?? mutualTls;
}

/** Whether an endpoint serves a port of its service at all. */
export function servesPort({ servicePorts }: Endpoint, { number }: ServicePort): boolean {
  return servicePorts === undefined || servicePorts.includes(number);
}

/** A port of a service as one endpoint serves it. */
export interface ServedPort {
  /** As the service names and numbers it. */
  readonly name: string;
  readonly number: number;
  /** Where the endpoint listens. */
  readonly own: number;
}

/** An endpoint of a service with `count` ports, of which it serves these. */
export function serving(endpoint: Endpoint, served: readonly ServedPort[], count: number): Endpoint {
  return {
    ...endpoint,
    ports: Object.fromEntries(served.map(({ name, own }) => [name, own])),
    ...(served.length === count ? {} : { servicePorts: served.map(({ number }) => number) }),
  };
}

/** The port on which an endpoint serves one port of a service. */
export function endpointPort(endpoint: Endpoint, port: ServicePort): number {
  return endpoint.ports[port.name] ?? port.targetPort;
}
