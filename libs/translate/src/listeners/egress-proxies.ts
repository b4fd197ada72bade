import { TrafficDirection } from '@flotilla/envoy-api/envoy/config/core/v3/base_pb.js';
import { mayBeHttp, protocolOf, servicesFor, type Service, type ServicePort, type Snapshot } from '@flotilla/mesh';
import { blackHole } from '../clusters/names.ts';
import type { EnvoyResource } from '../envoy-resource.ts';
import type { Scope } from '../scope.ts';
import { forwardProxy } from './forward-proxy-filters.ts';
import { httpConnectionManager, routesByName } from './http-connection-manager.ts';
import { listenerResource, tlsInspector } from './listener-resource.ts';
import { filterChains, takesAll, type OpaqueChain } from './opaque-chains.ts';
import { tcpChains, tlsChains } from './opaque-routes.ts';
import { anyAddress, listenerName } from './outbound-ports.ts';
import { tcpProxy, toCluster } from './tcp-proxy.ts';

/** A port of a Sidecar by which traffic leaves for any port of some hosts. */
export interface ProxyPort {
  /** Of its listener, and of its route configuration where it takes requests. */
  readonly name: string;
  /** An IP address, or `unix:///path`. */
  readonly address: string;
  readonly port: number;
  /** Whether applications connect to it, and not only what was intercepted. */
  readonly bound: boolean;
  readonly protocol: ReturnType<typeof protocolOf>;
  /** What its clients see. */
  readonly scope: Scope;
}

/** The HTTP proxies and sockets that the Sidecar of a scope lists. */
export function egressProxies(scope: Scope): ProxyPort[] {
  return (scope.egress?.proxies ?? []).map(({ port, bind, captureMode, egress }) => {
    const number = port.number ?? 0;
    const bound = number === 0 || captureMode === 'NONE' || (scope.interception === 'NONE' && captureMode === 'DEFAULT');
    const address = bind === '' ? (bound ? '127.0.0.1' : anyAddress) : bind;
    const name = number === 0 ? address : listenerName({ address, port: number });
    return { name, address, port: number, bound, protocol: protocolOf(port.protocol, port.name ?? ''), scope: { ...scope, egress } };
  });
}

/** Whether a proxy takes requests, which are routed one by one, or connections as they are. */
export function takesRequests({ protocol }: ProxyPort): boolean {
  return mayBeHttp(protocol);
}

/** What listens for the clients of a proxy. */
export function egressProxyListener(snapshot: Snapshot, { name, address, port, bound, protocol, scope }: ProxyPort): EnvoyResource {
  const { mesh } = snapshot;
  const { mixerCluster } = scope;
  const fields = { trafficDirection: TrafficDirection.OUTBOUND, bindToPort: bound };
  if (mayBeHttp(protocol)) {
    const manager = httpConnectionManager({ side: 'outbound', statPrefix: `outbound_${name}`, routes: routesByName(name), mixerCluster, mesh, filters: [forwardProxy] });
    return listenerResource(name, address, port, { ...fields, filterChains: [{ filters: [manager] }] });
  }
  const chains = protocol === 'TLS' ? namedChains(snapshot, scope) : onlyChains(snapshot, scope);
  const limited = chains.filter((chain) => !takesAll(chain));
  const fallback = chains.find(takesAll)?.filters ?? [tcpProxy(toCluster(blackHole), blackHole, { mixerCluster, mesh }, 'outbound')];
  const names = limited.some(({ serverNames }) => serverNames.length > 0);
  return listenerResource(name, address, port, { ...fields, listenerFilters: names ? [tlsInspector] : [], filterChains: filterChains(limited), defaultFilterChain: { filters: [...fallback] } });
}

/** TLS goes to whichever service has the name that it asks for. */
function namedChains(snapshot: Snapshot, scope: Scope): OpaqueChain[] {
  return portsOf(snapshot, scope, ({ protocol }) => protocol === 'TLS').flatMap(([service, port]) => tlsChains(snapshot, scope, service, port, [], false));
}

/** Connections that name nothing can go to one service alone: the first by its host. */
function onlyChains(snapshot: Snapshot, scope: Scope): OpaqueChain[] {
  const [first] = portsOf(snapshot, scope, ({ protocol }) => protocol === 'TCP' || protocol === 'AUTO');
  return first === undefined ? [] : tcpChains(snapshot, scope, first[0], first[1], []);
}

function portsOf(snapshot: Snapshot, scope: Scope, wanted: (port: ServicePort) => boolean): (readonly [Service, ServicePort])[] {
  const services = [...servicesFor(snapshot, scope)].sort((a, b) => (a.id < b.id ? -1 : 1));
  return services.flatMap((service) => service.ports.filter(wanted).map((port) => [service, port] as const));
}
