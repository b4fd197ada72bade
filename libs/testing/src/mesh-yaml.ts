/** The generated mesh as Istio YAML: services in namespaces `team-0`, `team-1`, and so on. */
export interface MeshShape {
  /** Endpoints of each service. */
  readonly endpoints: number;
  readonly namespaces: number;
}

/** What is different about one service; each shows up in what proxies are sent. */
export interface Variation {
  /** The name of the VirtualService's first route. */
  readonly routeName?: string;
  /** The address of the first endpoint. */
  readonly firstAddress?: string;
  /** The DestinationRule's limit of connections. */
  readonly maxConnections?: number;
}

/** A service of the mesh: its name, its namespace and its number, from which its addresses follow. */
export interface ServiceName {
  readonly name: string;
  readonly namespace: string;
  readonly number: number;
}

export function serviceName(number: number, { namespaces }: MeshShape, name = `service-${number}`): ServiceName {
  return { name, namespace: `team-${number % namespaces}`, number };
}

/** A ServiceEntry, a DestinationRule with two subsets and a VirtualService. */
export function serviceYaml(service: ServiceName, shape: MeshShape, variation: Variation = {}): string {
  return [serviceEntry(service, shape, variation), destinationRule(service, variation), virtualService(service, variation)].join('---\n');
}

const hostOf = ({ name, namespace }: ServiceName): string => `${name}.${namespace}.mesh`;
const metadata = ({ name, namespace }: ServiceName): string => `metadata: {name: ${name}, namespace: ${namespace}}`;
/** An address of its own for every number, in a network of 2^16. */
const addressOf = (network: string, number: number): string => `${network}.${(number >> 8) & 255}.${number & 255}`;

const ports = `ports:
  - {number: 80, name: http, protocol: HTTP}
  - {number: 9000, name: grpc, protocol: GRPC}
  location: MESH_INTERNAL
  resolution: STATIC`;

export function serviceEntry(service: ServiceName, { endpoints }: MeshShape, { firstAddress }: Variation = {}): string {
  const lines = Array.from({ length: endpoints }, (_, nth) => {
    const number = service.number * endpoints + nth;
    const address = nth === 0 && firstAddress !== undefined ? firstAddress : addressOf(`10.${10 + (number >> 16)}`, number);
    return `  - {address: ${address}, labels: {app: ${service.name}, version: v${(nth % 2) + 1}}}\n`;
  });
  return `apiVersion: networking.istio.io/v1
kind: ServiceEntry
${metadata(service)}
spec:
  hosts: [${hostOf(service)}]
  addresses: [${addressOf('240.240', service.number)}]
  ${ports}
  endpoints:
${lines.join('')}`;
}

export function destinationRule(service: ServiceName, { maxConnections = 1_000 }: Variation = {}): string {
  return `apiVersion: networking.istio.io/v1
kind: DestinationRule
${metadata(service)}
spec:
  host: ${hostOf(service)}
  trafficPolicy:
    loadBalancer: {simple: RANDOM}
    connectionPool: {tcp: {maxConnections: ${maxConnections}}, http: {http1MaxPendingRequests: 100, maxRequestsPerConnection: 10}}
    outlierDetection: {consecutive5xxErrors: 5, interval: 10s, baseEjectionTime: 30s}
  subsets:
  - {name: v1, labels: {version: v1}}
  - {name: v2, labels: {version: v2}}
`;
}

export function virtualService(service: ServiceName, { routeName = 'by-user' }: Variation = {}): string {
  const host = hostOf(service);
  return `apiVersion: networking.istio.io/v1
kind: VirtualService
${metadata(service)}
spec:
  hosts: [${host}]
  http:
  - name: ${routeName}
    match: [{headers: {end-user: {exact: jason}}}]
    route: [{destination: {host: ${host}, subset: v2}}]
  - name: split
    timeout: 5s
    retries: {attempts: 3, perTryTimeout: 1s, retryOn: "5xx,reset"}
    route:
    - {destination: {host: ${host}, subset: v1}, weight: 90}
    - {destination: {host: ${host}, subset: v2}, weight: 10}
`;
}

/** A service whose endpoints are WorkloadEntries, which have a store of their own. */
export function selectingEntry(service: ServiceName): string {
  return `apiVersion: networking.istio.io/v1
kind: ServiceEntry
${metadata(service)}
spec:
  hosts: [${hostOf(service)}]
  addresses: [${addressOf('240.241', service.number)}]
  ${ports}
  workloadSelector: {labels: {app: ${service.name}}}
`;
}

/** The one endpoint of such a service. */
export function workloadEntry(service: ServiceName, address: string): string {
  return `apiVersion: networking.istio.io/v1
kind: WorkloadEntry
${metadata(service)}
spec: {address: ${address}, labels: {app: ${service.name}, version: v1}}
`;
}

/** Limits the proxies of a namespace to its own services. */
export function sidecarYaml(namespace: string): string {
  return `apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: default, namespace: ${namespace}}
spec:
  egress:
  - hosts: ["./*"]
`;
}
