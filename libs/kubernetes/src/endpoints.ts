import { isRecord, selectorMatches, type ServiceEntry } from '@flotilla/resources';
import { podAddress, type Inventory } from './inventory.ts';
import { localityOf } from './locality.ts';
import { records, strings, texts, type KubernetesObject } from './object.ts';
import { portName, type ServicePort } from './port.ts';

type Endpoint = NonNullable<ServiceEntry['spec']['endpoints']>[number];

interface Place {
  readonly address: string;
  /** Numbers by the name of the Service's port. */
  readonly ports: ReadonlyMap<string, number>;
  readonly pod: KubernetesObject | undefined;
  readonly node: string | undefined;
}

/**
 * The endpoints of a Service that are ready: as its EndpointSlices list them, else its Endpoints, else
 * (manifests that no cluster has seen) the pods that it selects. Where none is ready, those that still serve while
 * they end are taken: the last pod of a rolling deploy leaves before the next is found ready.
 */
export function endpointsOf(service: KubernetesObject, ports: readonly ServicePort[], objects: Inventory): Endpoint[] {
  const unreadyToo = service.spec['publishNotReadyAddresses'] === true;
  const places = listedInSlices(service, objects, unreadyToo) ?? listedInEndpoints(service, objects, unreadyToo) ?? selected(service, ports, objects, unreadyToo);
  const unique = new Map(places.map((place) => [place.address, place]));
  return [...unique.values()].map((place) => endpointAt(place, ports, objects));
}

function endpointAt({ address, ports: numbers, pod, node }: Place, ports: readonly ServicePort[], objects: Inventory): Endpoint {
  const nodeName = node ?? text(pod?.spec['nodeName']);
  const locality = localityOf(pod, nodeName === undefined ? undefined : objects.find('Node', '', nodeName));
  const serviceAccount = pod === undefined ? undefined : (text(pod.spec['serviceAccountName']) ?? 'default');
  const own = ports.flatMap((port) => {
    const number = numbers.get(port.name);
    return number === undefined || number === port.target ? [] : [[portName(port), number]];
  });
  return {
    address,
    ...(own.length === 0 ? {} : { ports: Object.fromEntries(own) as Record<string, number> }),
    ...(pod === undefined ? {} : { labels: { ...pod.metadata.labels } }),
    ...(locality === '' ? {} : { locality }),
    ...(serviceAccount === undefined ? {} : { serviceAccount }),
  };
}

function listedInSlices(service: KubernetesObject, objects: Inventory, unreadyToo: boolean): Place[] | undefined {
  const { namespace, name } = service.metadata;
  const slices = ofOneFamily(service, objects.slicesOf(namespace, name));
  if (slices.length === 0) return undefined;
  const listed = slices.flatMap(({ body }) => {
    const ports = numbersOf(body['ports']);
    return records(body['endpoints']).flatMap(({ addresses, conditions, targetRef, nodeName }) => {
      const fitness = unreadyToo ? 'ready' : fitnessOf(isRecord(conditions) ? conditions : {});
      return strings(addresses).map((address) => ({ fitness, address, ports, pod: podOf(targetRef, address, namespace, objects), node: text(nodeName) }));
    });
  });
  const ready = listed.filter(({ fitness }) => fitness === 'ready');
  // While nobody else is there, those that are on their way out still answer.
  return ready.length > 0 ? ready : listed.filter(({ fitness }) => fitness === 'leaving');
}

/**
 * The endpoints of a Service of two families are listed once for each; callers take its first. By name, so that
 * endpoints keep their order whenever which slice was seen.
 */
function ofOneFamily({ spec }: KubernetesObject, slices: readonly KubernetesObject[]): readonly KubernetesObject[] {
  const [family] = strings(spec['ipFamilies']);
  const ordered = [...slices].sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  const own = ordered.filter(({ body }) => body['addressType'] === family);
  return own.length > 0 ? own : ordered.filter(({ body }) => body['addressType'] !== 'FQDN');
}

/** What is not said of an endpoint is taken for the best; `serving` is readiness with no regard to being on the way out. */
function fitnessOf({ ready, serving, terminating }: Record<string, unknown>): 'ready' | 'leaving' | 'unfit' {
  if (ready !== false) return 'ready';
  return serving === true && terminating === true ? 'leaving' : 'unfit';
}

function listedInEndpoints({ metadata }: KubernetesObject, objects: Inventory, unreadyToo: boolean): Place[] | undefined {
  const endpoints = objects.find('Endpoints', metadata.namespace, metadata.name);
  if (endpoints === undefined) return undefined;
  return records(endpoints.body['subsets']).flatMap((subset) => {
    const ports = numbersOf(subset['ports']);
    return [...records(subset['addresses']), ...(unreadyToo ? records(subset['notReadyAddresses']) : [])].flatMap(({ ip, targetRef, nodeName }) => {
      const address = text(ip);
      return address === undefined ? [] : [{ address, ports, pod: podOf(targetRef, address, metadata.namespace, objects), node: text(nodeName) }];
    });
  });
}

function selected({ metadata, spec }: KubernetesObject, ports: readonly ServicePort[], objects: Inventory, unreadyToo: boolean): Place[] {
  const selector = texts(spec['selector']);
  if (Object.keys(selector).length === 0) return [];
  return objects.unlistedPods().flatMap((pod) => {
    const address = podAddress(pod);
    if (address === undefined || pod.metadata.namespace !== metadata.namespace || !selectorMatches(selector, pod.metadata.labels) || (!unreadyToo && !isReady(pod))) return [];
    return [{ address, ports: containerPorts(pod, ports), pod, node: undefined }];
  });
}

/** A pod that says nothing of its state is taken for ready. */
function isReady({ body }: KubernetesObject): boolean {
  const { status } = body;
  return !records(isRecord(status) ? status['conditions'] : []).some(({ type, status: state }) => type === 'Ready' && state !== 'True');
}

function containerPorts({ spec }: KubernetesObject, ports: readonly ServicePort[]): Map<string, number> {
  const named = new Map(records(spec['containers']).flatMap((container) => records(container['ports']).map(({ name, containerPort }) => [name, containerPort])));
  return new Map(
    ports.flatMap(({ name, number, target = number }) => {
      const found = typeof target === 'number' ? target : named.get(target);
      return typeof found === 'number' ? [[name, found] as const] : [];
    }),
  );
}

function numbersOf(ports: unknown): Map<string, number> {
  return new Map(records(ports).flatMap(({ name, port }) => (typeof port === 'number' ? [[text(name) ?? '', port] as const] : [])));
}

function podOf(reference: unknown, address: string, namespace: string, objects: Inventory): KubernetesObject | undefined {
  const name = isRecord(reference) && reference['kind'] === 'Pod' ? text(reference['name']) : undefined;
  return name === undefined ? objects.podAt(address) : objects.find('Pod', namespace, name);
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
