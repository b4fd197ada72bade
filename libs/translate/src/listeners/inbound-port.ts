import { endpointPort, endpointsOf, protocolOf, servesPort, servicesOfWorkload, sidecarFor, type MeshConfig, type Protocol, type Snapshot } from '@flotilla/mesh';
import type { ConnectionPoolSettings, IstioIngressListener, ServerTLSSettings } from '@flotilla/resources';
import type { ServedPort } from '../clusters/stat-name.ts';
import type { ProxyDescription } from '../proxy.ts';

/** A port on which a workload takes connections. */
export interface InboundPort {
  readonly number: number;
  readonly protocol: Protocol;
  /** Where the application listens, `127.0.0.1:29083` or `unix:///path`; where the connection was going, when absent. */
  readonly app: string | undefined;
  /** The address that it is bound to; the workload's, or interception's, when absent. */
  readonly bind?: string;
  /** TLS of the application's own, and whether there is HTTP in it. It ends here where mTLS is disabled. */
  readonly tls?: { readonly settings: ServerTLSSettings; readonly http: boolean };
  /** The service that names it first; none where a Sidecar lists it. */
  readonly served?: ServedPort;
  /** Limits of connections to the application. */
  readonly connectionPool?: ConnectionPoolSettings;
}

/**
 * The ports of a workload: those that its Sidecar lists, else those that its services name. Without
 * interception only those count for which it is known where the application listens.
 */
export function inboundPorts(snapshot: Snapshot, proxy: ProxyDescription): InboundPort[] {
  const { ingress = [], inboundConnectionPool } = sidecarFor(snapshot, proxy.namespace, proxy.labels)?.spec ?? {};
  const ports = ingress.length > 0 ? ingress.map((listener) => listedPort(listener, proxy)) : servicePorts(snapshot, proxy);
  const limits = inboundConnectionPool ?? applicationLimits(snapshot.mesh);
  return ports
    .filter(({ app }) => proxy.interception === 'REDIRECT' || app !== undefined)
    .map((port) => (limits === undefined ? port : { connectionPool: limits, ...port }))
    .sort((a, b) => a.number - b.number);
}

/** The mesh's limits of connections; whether they are HTTP/2 is for those between workloads. */
function applicationLimits({ defaultPolicy: { connectionPool } }: MeshConfig): ConnectionPoolSettings | undefined {
  return connectionPool && { ...connectionPool, http: { ...connectionPool.http, h2UpgradePolicy: 'DO_NOT_UPGRADE' } };
}

function servicePorts(snapshot: Snapshot, { namespace, labels, ipAddresses, appEndpoints }: ProxyDescription): InboundPort[] {
  const ports = new Map<number, InboundPort>();
  for (const service of servicesOfWorkload(snapshot, { namespace, labels, addresses: ipAddresses })) {
    const own = endpointsOf(snapshot, service).filter(({ address }) => ipAddresses.includes(address));
    for (const port of service.ports) {
      const endpoint = own.find((one) => servesPort(one, port));
      if (endpoint === undefined && own.length > 0) continue;
      const number = endpoint === undefined ? port.targetPort : endpointPort(endpoint, port);
      if (!ports.has(number)) ports.set(number, { number, protocol: port.protocol, app: appEndpoints[number], served: { host: service.host, port } });
    }
  }
  return [...ports.values()];
}

function listedPort({ port, bind = '', captureMode, defaultEndpoint = '', tls, connectionPool }: IstioIngressListener, proxy: ProxyDescription): InboundPort {
  const { number = 0, protocol, name = '' } = port;
  const bound = proxy.interception === 'NONE' ? bind : captureMode === 'NONE' ? bind || '0.0.0.0' : '';
  const ends = tls !== undefined && tls.mode !== 'PASSTHROUGH';
  return {
    number,
    protocol: protocolOf(protocol, name),
    // A connection that was not intercepted was going nowhere else.
    app: appAt(defaultEndpoint, number, proxy) ?? (captureMode === 'NONE' && proxy.interception === 'REDIRECT' ? `127.0.0.1:${number}` : undefined),
    ...(bound === '' ? {} : { bind: bound }),
    ...(ends ? { tls: { settings: tls, http: protocol?.toUpperCase() === 'HTTPS' } } : {}),
    ...(connectionPool === undefined ? {} : { connectionPool }),
  };
}

/** @param endpoint `127.0.0.1:port`, `unix:///path`, or `0.0.0.0:port`, which is the workload's own address */
function appAt(endpoint: string, number: number, { ipAddresses, appEndpoints }: ProxyDescription): string | undefined {
  if (endpoint === '') return appEndpoints[number];
  const [, port] = /^(?:0\.0\.0\.0|\[::\]):(\d+)$/.exec(endpoint) ?? [];
  if (port === undefined) return endpoint;
  const [address = ''] = ipAddresses;
  return appEndpoints[Number(port)] ?? `${address.includes(':') ? `[${address}]` : address}:${port}`;
}
