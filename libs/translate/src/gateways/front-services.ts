import { servicesOfWorkload, type Service, type Snapshot } from '@flotilla/mesh';
import { selectorMatches, type Gateway } from '@flotilla/resources';
import type { ProxyDescription } from '../proxy.ts';
import type { Scope } from '../scope.ts';

/** A service by which clients reach a gateway. */
export interface FrontService {
  readonly host: string;
  readonly namespace: string;
  /** Number and target port of each port; none where the service says not to translate. */
  readonly ports: readonly (readonly [number: number, target: number])[];
}

/** Names, separated by commas, the services of its namespace that a Gateway is for, instead of a selector. */
const gatewayService = 'internal.istio.io/gateway-service';
const noTranslation = 'experimental.istio.io/disable-gateway-port-translation';

/** The ids of the services that stand for a gateway: those of its namespace alone, for others have no say in it. */
export function frontServiceIds(snapshot: Snapshot, proxy: ProxyDescription): string[] {
  const { namespace, labels, ipAddresses } = proxy;
  return servicesOfWorkload(snapshot, { namespace, labels, addresses: ipAddresses })
    .filter((service) => service.namespace === namespace)
    .map(({ id }) => id);
}

/** The services that stand for the gateways of a scope. */
export function frontServices(snapshot: Snapshot, { frontServices: ids }: Scope): FrontService[] {
  return ids.flatMap((id) => {
    const service = snapshot.services.services.get(id);
    return service === undefined ? [] : [{ host: service.host, namespace: service.namespace, ports: portsOf(snapshot, service) }];
  });
}

function portsOf({ resources }: Snapshot, { sources, ports }: Service): FrontService['ports'] {
  const labels = sources.map((source) => resources.get(source)?.metadata.labels ?? {});
  if (labels.some((own) => noTranslation in own)) return [];
  return ports.map(({ number, targetPort }) => [number, targetPort] as const);
}

/** Whether a proxy serves a Gateway: it carries the selected labels (no selector takes any), or a service that the Gateway names. */
export function serves({ labels }: Scope, fronts: readonly FrontService[], gateway: Gateway): boolean {
  return namedServices(gateway) === undefined ? selectorMatches(gateway.spec.selector, labels) : namedFronts(gateway, fronts).length > 0;
}

/**
 * Where a proxy listens for a port of a Gateway: on the target port, where a service forwards the port
 * to another. A Gateway that names services has the ports that these have, and no others.
 */
export function listenPorts(gateway: Gateway, number: number, fronts: readonly FrontService[]): number[] {
  const targets = (services: readonly FrontService[]) => services.flatMap(({ ports }) => ports).flatMap(([port, target]) => (port === number ? [target] : []));
  if (namedServices(gateway) !== undefined) return [...new Set(targets(namedFronts(gateway, fronts)))];
  return [targets(fronts)[0] ?? number];
}

function namedServices({ metadata }: Gateway): string[] | undefined {
  return metadata.annotations?.[gatewayService]?.split(',').map((name) => name.trim());
}

function namedFronts(gateway: Gateway, fronts: readonly FrontService[]): FrontService[] {
  const named = namedServices(gateway) ?? [];
  return fronts.filter(({ host, namespace }) => namespace === gateway.metadata.namespace && named.includes(host));
}
