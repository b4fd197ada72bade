import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What is different about one service of the generated mesh. */
export interface Variation {
  /** The name of the VirtualService's first route; it shows up in the routes of every proxy. */
  readonly routeName?: string;
  /** The address of the first endpoint. */
  readonly firstAddress?: string;
}

const namespaces = 20;

/** A folder of Istio YAML: a ServiceEntry, a DestinationRule with two subsets and a VirtualService for each service. */
export class MeshFiles {
  readonly #folder: string;
  readonly #endpoints: number;

  constructor(folder: string, { services, endpoints }: { readonly services: number; readonly endpoints: number }) {
    this.#folder = folder;
    this.#endpoints = endpoints;
    mkdirSync(folder, { recursive: true });
    for (let index = 0; index < services; index += 1) {
      this.saveService(index);
      this.saveRules(index);
    }
  }

  /** Saves the file of a service's ServiceEntry. */
  saveService(index: number, variation: Variation = {}): void {
    this.#save(`service-${index}.yaml`, serviceEntry(index, this.#endpoints, variation));
  }

  /** Saves the file of a service's DestinationRule and VirtualService. */
  saveRules(index: number, variation: Variation = {}): void {
    this.#save(`rules-${index}.yaml`, `${destinationRule(index)}---\n${virtualService(index, variation)}`);
  }

  /** As editors do: a reader sees the old file or the new one. */
  #save(name: string, text: string): void {
    const path = join(this.#folder, name);
    writeFileSync(`${path}.tmp`, text);
    renameSync(`${path}.tmp`, path);
  }
}

const hostOf = (index: number): string => `service-${index}.team-${index % namespaces}.mesh`;
const metadata = (index: number): string => `metadata: {name: service-${index}, namespace: team-${index % namespaces}}`;
/** An address of its own for every number, in a network of 2^16. */
const addressOf = (network: string, number: number): string => `${network}.${(number >> 8) & 255}.${number & 255}`;

function serviceEntry(index: number, endpoints: number, { firstAddress }: Variation): string {
  const lines = Array.from({ length: endpoints }, (_, nth) => {
    const number = index * endpoints + nth;
    const address = nth === 0 && firstAddress !== undefined ? firstAddress : addressOf(`10.${10 + (number >> 16)}`, number);
    return `  - {address: ${address}, labels: {app: service-${index}, version: v${(nth % 2) + 1}}}\n`;
  });
  return `apiVersion: networking.istio.io/v1
kind: ServiceEntry
${metadata(index)}
spec:
  hosts: [${hostOf(index)}]
  addresses: [${addressOf('240.240', index)}]
  ports:
  - {number: 80, name: http, protocol: HTTP}
  - {number: 9000, name: grpc, protocol: GRPC}
  location: MESH_INTERNAL
  resolution: STATIC
  endpoints:
${lines.join('')}`;
}

function destinationRule(index: number): string {
  return `apiVersion: networking.istio.io/v1
kind: DestinationRule
${metadata(index)}
spec:
  host: ${hostOf(index)}
  trafficPolicy:
    loadBalancer: {simple: RANDOM}
    connectionPool: {http: {http1MaxPendingRequests: 100, maxRequestsPerConnection: 10}}
    outlierDetection: {consecutive5xxErrors: 5, interval: 10s, baseEjectionTime: 30s}
  subsets:
  - {name: v1, labels: {version: v1}}
  - {name: v2, labels: {version: v2}}
`;
}

function virtualService(index: number, { routeName = 'by-user' }: Variation): string {
  const host = hostOf(index);
  return `apiVersion: networking.istio.io/v1
kind: VirtualService
${metadata(index)}
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
