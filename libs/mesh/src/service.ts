import { aliasesAnnotation, externalAddressesAnnotation, isOfCluster, resourceKey, type ServiceEntry } from '@flotilla/resources';
import { compareText } from './age.ts';
import type { Endpoint } from './endpoint.ts';
import { canonicalHost } from './host-name.ts';
import type { Labels } from './labels.ts';
import type { MeshConfig } from './mesh-config.ts';
import { isUdp, protocolOf, type Protocol } from './protocol.ts';
import { wayInto, type WayInto } from './way-into.ts';

/** A port of a service, as callers name it. */
export interface ServicePort {
  readonly number: number;
  readonly name: string;
  readonly protocol: Protocol;
  /** The port workloads listen on; that of the service unless it says otherwise. */
  readonly targetPort: number;
}

/**
 * A service, however it was discovered. Between snapshots, one object means one unchanged service:
 * a change of endpoints alone keeps it, unless the accounts they run as change.
 */
export interface Service {
  /** `<namespace>/<host>`, unique in a snapshot. */
  readonly id: string;
  /** The full name, or a wildcard such as `*.example.com`. */
  readonly host: string;
  readonly namespace: string;
  /** Virtual addresses, each an IP or a CIDR. */
  readonly addresses: readonly string[];
  /** Those that a service without any gets, for clients whose names are resolved by their sidecar. */
  readonly automaticAddresses: readonly string[];
  /** Other full names by which clients call it. */
  readonly aliases: readonly string[];
  /** By number, ascending. */
  readonly ports: readonly ServicePort[];
  /** Outside the mesh: no sidecar stands before it. */
  readonly external: boolean;
  readonly resolution: 'NONE' | 'STATIC' | 'DNS' | 'DNS_ROUND_ROBIN' | 'DYNAMIC_DNS';
  readonly exportTo: readonly string[];
  readonly subjectAltNames: readonly string[];
  /** SPIFFE ids of the accounts its endpoints run as, sorted; clients accept these alone. */
  readonly identities: readonly string[];
  /** Labels by which its workloads are known; none where endpoints are listed one by one. */
  readonly selectors: readonly Labels[];
  /** The network that it is the way into, where it is one. */
  readonly wayInto?: WayInto;
  /** Of a cluster's Service: where it is reached from outside; its workloads are there for the cluster alone. */
  readonly externalAddresses?: readonly string[];
  /** Keys of the resources it was made from, the oldest first. */
  readonly sources: readonly string[];
  /** When the oldest of them was created; empty when nobody knows. */
  readonly createdAt: string;
}

/** Orders services the oldest first, like the resources that they were made from. */
export function compareServiceAge(a: Service, b: Service): number {
  return compareText(a.createdAt, b.createdAt) || compareText(a.sources[0] ?? '', b.sources[0] ?? '') || compareText(a.id, b.id);
}

/** The id a snapshot knows a service by. */
export function serviceId(namespace: string, host: string): string {
  return `${namespace}/${host}`;
}

/** The ids of the services that a ServiceEntry makes, one a host. */
export function serviceIdsOf(entry: ServiceEntry): string[] {
  return [...new Set(entry.spec.hosts.map((host) => serviceId(entry.metadata.namespace, canonicalHost(host))))];
}

/**
 * The service that ServiceEntries of one namespace and host make together: the oldest says what it
 * is, the others add ports and addresses.
 *
 * @param entries the oldest first, at least one
 */
export function serviceOf(host: string, entries: readonly [ServiceEntry, ...ServiceEntry[]], endpoints: readonly Endpoint[], mesh: MeshConfig): Service {
  const [{ metadata, spec }] = entries;
  const [way] = entries.flatMap((entry) => wayInto(entry) ?? []);
  return {
    ...(way === undefined ? {} : { wayInto: way }),
    ...(isOfCluster(entries[0]) ? { externalAddresses: metadata.annotations?.[externalAddressesAnnotation]?.split(',') ?? noAddresses } : {}),
    id: serviceId(metadata.namespace, host),
    host,
    namespace: metadata.namespace,
    addresses: [...new Set(entries.flatMap((entry) => entry.spec.addresses ?? []))],
    automaticAddresses: noAddresses,
    aliases: aliasesOf(entries),
    ports: portsOf(entries),
    external: spec.location !== 'MESH_INTERNAL',
    resolution: resolutionOf(spec.resolution),
    exportTo: spec.exportTo?.length ? spec.exportTo : mesh.defaultExportTo.service,
    subjectAltNames: spec.subjectAltNames ?? [],
    identities: identitiesOf(endpoints, mesh),
    selectors: entries.flatMap((entry) => (entry.spec.workloadSelector?.labels === undefined ? [] : [entry.spec.workloadSelector.labels])),
    sources: entries.map(resourceKey),
    createdAt: metadata.creationTimestamp ?? '',
  };
}

const noAddresses: readonly string[] = [];
const noAliases: readonly string[] = [];

function aliasesOf(entries: readonly ServiceEntry[]): readonly string[] {
  const written = entries.flatMap(({ metadata }) => metadata.annotations?.[aliasesAnnotation] ?? []);
  return written.length === 0 ? noAliases : [...new Set(written.flatMap((names) => names.split(',').map((name) => canonicalHost(name.trim()))))].filter((name) => name !== '');
}

/** The ports of ServiceEntries, of which the older says what a port is that several have. */
export function portsOf(entries: readonly ServiceEntry[]): ServicePort[] {
  const ports = new Map<number, ServicePort>();
  for (const { number, name, protocol, targetPort } of entries.flatMap((entry) => entry.spec.ports ?? [])) {
    if (ports.has(number) || isUdp(protocol, name)) continue;
    ports.set(number, { number, name, protocol: protocolOf(protocol, name), targetPort: targetPort || number });
  }
  return [...ports.values()].sort((a, b) => a.number - b.number);
}

const resolutions = ['STATIC', 'DNS', 'DNS_ROUND_ROBIN', 'DYNAMIC_DNS'] as const;

function resolutionOf(resolution: string | undefined): Service['resolution'] {
  return resolutions.find((known) => known === resolution) ?? 'NONE';
}

const nobody: readonly string[] = [];

function identitiesOf(endpoints: readonly Endpoint[], { trustDomain, trustDomainAliases }: MeshConfig): readonly string[] {
  const identities = new Set<string>();
  for (const { namespace, serviceAccount } of endpoints) {
    if (serviceAccount !== '') for (const domain of [trustDomain, ...trustDomainAliases]) identities.add(spiffeId(domain, namespace, serviceAccount));
  }
  return identities.size === 0 ? nobody : [...identities].sort(compareText);
}

/** The identity of a service account. */
export function spiffeId(trustDomain: string, namespace: string, serviceAccount: string): string {
  return `spiffe://${trustDomain}/ns/${namespace}/sa/${serviceAccount}`;
}
