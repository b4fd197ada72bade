import type { FilterSchema } from '@flotilla/envoy-api/envoy/config/listener/v3/listener_components_pb.js';
import { CorsSchema } from '@flotilla/envoy-api/envoy/extensions/filters/http/cors/v3/cors_pb.js';
import { HTTPFaultSchema } from '@flotilla/envoy-api/envoy/extensions/filters/http/fault/v3/fault_pb.js';
import { GrpcWebSchema } from '@flotilla/envoy-api/envoy/extensions/filters/http/grpc_web/v3/grpc_web_pb.js';
import { RouterSchema } from '@flotilla/envoy-api/envoy/extensions/filters/http/router/v3/router_pb.js';
import {
  HttpConnectionManager_CodecType as CodecType,
  HttpConnectionManager_ForwardClientCertDetails as ForwardClientCert,
  HttpConnectionManager_PathWithEscapedSlashesAction as EscapedSlashes,
  HttpConnectionManager_ServerHeaderTransformation as ServerHeader,
  HttpConnectionManagerSchema,
  type HttpFilterSchema,
} from '@flotilla/envoy-api/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager_pb.js';
import type { MeshConfig } from '@flotilla/mesh';
import type { GatewayTopology } from '@flotilla/resources';
import { sameStream } from '../config-source.ts';
import type { Fields } from '../message-fields.ts';
import { corsFilter } from '../routing/http/cors.ts';
import { faultFilter } from '../routing/http/fault.ts';
import { requestLog } from '../telemetry/access-log.ts';
import { typedConfig } from '../typed-config.ts';

export type HttpFilter = Fields<typeof HttpFilterSchema>;
export type NetworkFilter = Fields<typeof FilterSchema>;
type Manager = Fields<typeof HttpConnectionManagerSchema>;

export interface HttpSide {
  /** `inbound`: before the workload. `outbound`: after it. `gateway`: at the edge, before clients nobody knows. */
  readonly side: 'inbound' | 'outbound' | 'gateway';
  readonly statPrefix: string;
  readonly routes: NonNullable<Manager['routeSpecifier']>;
  readonly mixerCluster: string | undefined;
  readonly mesh: MeshConfig;
  /** What stands before a gateway; nothing that is trusted when absent. */
  readonly topology?: GatewayTopology;
  /** Whether the connection is QUIC's. */
  readonly http3?: boolean;
  /** Filters that decide before routing. */
  readonly filters?: readonly HttpFilter[];
}

/** Routes that arrive as a resource of their own, over the same stream. */
export function routesByName(routeConfigName: string): HttpSide['routes'] {
  return { case: 'rds', value: { routeConfigName, configSource: sameStream } };
}

/** The network filter that takes a connection for HTTP. What applications send is passed on untouched. */
export function httpConnectionManager({ side, statPrefix, routes, mixerCluster, mesh, topology = {}, http3 = false, filters = [] }: HttpSide): NetworkFilter {
  const manager: Manager = {
    statPrefix,
    routeSpecifier: routes,
    httpFilters: [...filters, ...(side === 'inbound' ? [] : routeFilters), router],
    accessLog: requestLog({ mixerCluster, mesh }, side === 'inbound' ? 'inbound' : 'outbound'),
    // Long-lived streams are the application's business; routes have timeouts of their own.
    streamIdleTimeout: { seconds: 0n },
    ...pathNormalization[mesh.pathNormalization],
    upgradeConfigs: [{ upgradeType: 'websocket' }],
    generateRequestId: true,
    ...(http3 ? { codecType: CodecType.HTTP3, http3ProtocolOptions: {} } : {}),
    ...trust[side],
    ...trustedBefore(topology),
  };
  return { name: 'envoy.filters.network.http_connection_manager', configType: { case: 'typedConfig', value: typedConfig(HttpConnectionManagerSchema, manager) } };
}

/** What is made of a path before it is matched; upstreams get what was made of it. */
const pathNormalization: Readonly<Record<MeshConfig['pathNormalization'], Manager>> = {
  NONE: { normalizePath: false },
  BASE: { normalizePath: true },
  MERGE_SLASHES: { normalizePath: true, mergeSlashes: true },
  DECODE_AND_MERGE_SLASHES: { normalizePath: true, mergeSlashes: true, pathWithEscapedSlashesAction: EscapedSlashes.UNESCAPE_AND_FORWARD },
};

/** Whose word counts for where a request comes from. */
const trust: Readonly<Record<HttpSide['side'], Manager>> = {
  inbound: {
    useRemoteAddress: false,
    forwardClientCertDetails: ForwardClientCert.SANITIZE_SET,
    setCurrentClientCertDetails: { subject: true, dns: true, uri: true },
    serverName: 'istio-envoy',
    serverHeaderTransformation: ServerHeader.PASS_THROUGH,
  },
  outbound: { useRemoteAddress: false, serverHeaderTransformation: ServerHeader.PASS_THROUGH },
  gateway: {
    useRemoteAddress: true,
    forwardClientCertDetails: ForwardClientCert.SANITIZE_SET,
    setCurrentClientCertDetails: { subject: true, cert: true, dns: true, uri: true },
    serverName: 'istio-envoy',
  },
};

/** As trust, where other proxies stand before a gateway. */
function trustedBefore({ numTrustedProxies, forwardClientCertDetails = 'UNDEFINED' }: GatewayTopology): Manager {
  return {
    ...(numTrustedProxies === undefined ? {} : { xffNumTrustedHops: numTrustedProxies }),
    ...(forwardClientCertDetails === 'UNDEFINED' ? {} : { forwardClientCertDetails: ForwardClientCert[forwardClientCertDetails] }),
  };
}

export const fault: HttpFilter = { name: faultFilter, configType: { case: 'typedConfig', value: typedConfig(HTTPFaultSchema, {}) } };

/** Do nothing until a route says so. */
const routeFilters: readonly HttpFilter[] = [{ name: corsFilter, configType: { case: 'typedConfig', value: typedConfig(CorsSchema, {}) } }, fault];

/** Makes gRPC of what browsers can send. */
export const grpcWeb: HttpFilter = { name: 'envoy.filters.http.grpc_web', configType: { case: 'typedConfig', value: typedConfig(GrpcWebSchema, {}) } };

export const router: HttpFilter = { name: 'envoy.filters.http.router', configType: { case: 'typedConfig', value: typedConfig(RouterSchema, {}) } };
