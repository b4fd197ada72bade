import { records, texts, type KubernetesObject } from '@flotilla/kubernetes';
import { fullHost, serviceFor, widerHosts } from '@flotilla/mesh';
import { isVisible } from '@flotilla/resources';
import type { View } from './view.ts';

/** A service as far as rules ask for it. */
export interface KnownService {
  /** Its full name, or the wildcard that takes it in. */
  readonly host: string;
  readonly ports: readonly number[];
  /** The labels of its workloads; none where they are listed one by one. */
  readonly selectors: readonly Readonly<Record<string, string>>[];
}

/** What names a host: a VirtualService or DestinationRule. */
interface Naming {
  readonly metadata: { readonly namespace: string };
  readonly spec: { readonly exportTo?: readonly string[] };
}

/** Clients of which no more is known than that they may be in any namespace: they see what everyone does. */
const anyone = '*';

/**
 * The service that a resource means by a host: a Service of Kubernetes (whatever its type and protocols) or a
 * ServiceEntry, also one for a wildcard. It has to be seen by clients that the resource is for.
 */
export function knownService(view: View, { metadata: { namespace }, spec: { exportTo } }: Naming, host: string): KnownService | undefined {
  const full = fullHost(host, namespace, view.snapshot.mesh.domainSuffix);
  const clients = exportTo?.length ? exportTo.map((entry) => (entry === '.' ? namespace : entry)) : [namespace];
  for (const client of [...clients, anyone]) {
    const found = kubernetesService(view, client, full) ?? entryService(view, client, full);
    if (found !== undefined) return found;
  }
  return undefined;
}

function entryService({ snapshot }: View, namespace: string, full: string): KnownService | undefined {
  for (const name of [full, ...widerHosts(full)]) {
    const found = serviceFor(snapshot, { namespace }, name);
    if (found !== undefined) return { host: name, ports: found.ports.map(({ number }) => number), selectors: found.selectors };
  }
  return undefined;
}

function kubernetesService({ snapshot, objects }: View, client: string, host: string): KnownService | undefined {
  const suffix = `.${snapshot.mesh.domainSuffix}`;
  if (!host.endsWith(suffix)) return undefined;
  const [name = '', namespace = ''] = host.slice(0, -suffix.length).split('.');
  const service = objects.find('Service', namespace, name);
  if (service === undefined || !isVisible(exportedTo(service), namespace, client)) return undefined;
  const selector = texts(service.spec['selector']);
  return {
    host,
    ports: records(service.spec['ports']).flatMap(({ port }) => (typeof port === 'number' ? [port] : [])),
    selectors: Object.keys(selector).length === 0 ? [] : [selector],
  };
}

function exportedTo({ metadata }: KubernetesObject): string[] | undefined {
  return metadata.annotations['networking.istio.io/exportTo']?.split(',').map((entry) => entry.trim());
}
