import { aliasesAnnotation, clusterServiceName, externalAddressesAnnotation, isRecord, resolveHost, targetNamesAnnotation, type ServiceEntry } from '@flotilla/resources';
import { aliasesByHost } from './aliases.ts';
import { endpointsOf } from './endpoints.ts';
import type { Inventory } from './inventory.ts';
import { records, strings, texts, type KubernetesObject } from './object.ts';
import { entryPort, portName, portsOf } from './port.ts';

const exportToAnnotation = 'networking.istio.io/exportTo';

/**
 * The Services of a cluster as services of a mesh. Their names hold a colon, which no user's ServiceEntry
 * can have: `Service:reviews`.
 *
 * @param domainSuffix `svc.cluster.local`
 */
export function servicesOf(objects: Inventory, domainSuffix: string): ServiceEntry[] {
  const aliases = aliasesByHost(objects.ofKind('Service'), domainSuffix);
  return objects.ofKind('Service').flatMap((service) => serviceEntry(service, objects, domainSuffix, aliases) ?? []);
}

/** One Service as a service of a mesh; undefined for one without ports and endpoints of its own. */
export function serviceEntry(service: KubernetesObject, objects: Inventory, domainSuffix: string, aliases: ReadonlyMap<string, readonly string[]>): ServiceEntry | undefined {
  const { metadata, spec } = service;
  const ports = portsOf(service);
  if (spec['type'] === 'ExternalName' || ports.length === 0) return undefined;
  const endpoints = endpointsOf(service, ports, objects);
  const clusterIps = [...new Set([...strings([spec['clusterIP']]), ...strings(spec['clusterIPs'])])].filter((address) => address !== '');
  const headless = clusterIps.includes('None');
  const selector = texts(spec['selector']);
  const host = resolveHost(metadata.name, metadata.namespace, domainSuffix);
  // The pods of a headless service have names of their own below its name.
  const alsoCalled = [...(headless ? [`*.${host}`] : []), ...(aliases.get(host) ?? [])];
  const targetNames = ports.flatMap((port) => (typeof port.target === 'string' ? [`${portName(port)}=${port.target}`] : []));
  const exportTo = metadata.annotations[exportToAnnotation];
  // A headless service has no address of its own: callers connect to its endpoints, and are told apart by them.
  const addresses = headless ? endpoints.flatMap(({ address }) => address ?? []) : clusterIps;
  return {
    apiVersion: 'networking.istio.io/v1',
    kind: 'ServiceEntry',
    metadata: { ...metadata, name: clusterServiceName(metadata.name), labels: { ...metadata.labels }, annotations: { ...metadata.annotations, ...listed(aliasesAnnotation, alsoCalled), ...listed(externalAddressesAnnotation, externalAddresses(service)), ...listed(targetNamesAnnotation, targetNames) } },
    spec: {
      hosts: [host],
      ...(addresses.length === 0 ? {} : { addresses }),
      ports: ports.map(entryPort),
      location: 'MESH_INTERNAL',
      resolution: headless ? 'NONE' : 'STATIC',
      endpoints,
      ...(Object.keys(selector).length === 0 ? {} : { workloadSelector: { labels: selector } }),
      ...(exportTo === undefined ? {} : { exportTo: exportTo.split(',').map((namespace) => namespace.trim()).filter((namespace) => namespace !== '') }),
    },
  };
}

function listed(annotation: string, values: readonly string[]): Record<string, string> {
  return values.length === 0 ? {} : { [annotation]: values.join(',') };
}

/** Where load balancers, some of which have names alone, and nodes take what is for a Service. */
function externalAddresses({ spec, body: { status } }: KubernetesObject): string[] {
  const balancer = isRecord(status) ? status['loadBalancer'] : undefined;
  const balancers = records(isRecord(balancer) ? balancer['ingress'] : []).flatMap(({ ip, hostname }) => strings([ip ?? hostname]));
  return [...new Set([...balancers, ...strings(spec['externalIPs'])])];
}
