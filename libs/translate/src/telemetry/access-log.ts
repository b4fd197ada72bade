import { ApiVersion } from '@flotilla/envoy-api/envoy/config/core/v3/config_source_pb.js';
import type { AccessLogSchema } from '@flotilla/envoy-api/envoy/config/accesslog/v3/accesslog_pb.js';
import { HttpGrpcAccessLogConfigSchema, TcpGrpcAccessLogConfigSchema, type CommonGrpcAccessLogConfigSchema } from '@flotilla/envoy-api/envoy/extensions/access_loggers/grpc/v3/als_pb.js';
import type { MeshConfig } from '@flotilla/mesh';
import type { Fields } from '../message-fields.ts';
import { typedConfig } from '../typed-config.ts';
import { fileLog } from './access-log-file.ts';

/** Which side of a call a proxy saw. Gateways are on the calling side. */
export type Side = 'inbound' | 'outbound';

type AccessLogs = Fields<typeof AccessLogSchema>[];

/** Where a proxy's logs go: to the Mixer that it knows, and to the file that the mesh names. */
export interface LogTargets {
  readonly mixerCluster?: string | undefined;
  readonly mesh: MeshConfig;
}

/** The logs of requests. */
export function requestLog({ mixerCluster, mesh }: LogTargets, side: Side): AccessLogs {
  if (mixerCluster === undefined) return fileLog(mesh);
  // What tells gRPC from other HTTP: a call that fails at once has its status among the headers.
  const config = typedConfig(HttpGrpcAccessLogConfigSchema, {
    commonConfig: common(mixerCluster, side),
    additionalRequestHeadersToLog: ['content-type'],
    additionalResponseHeadersToLog: ['grpc-status'],
    additionalResponseTrailersToLog: ['grpc-status'],
  });
  return [{ name: 'envoy.access_loggers.http_grpc', configType: { case: 'typedConfig', value: config } }, ...fileLog(mesh)];
}

/** The logs of connections that are not HTTP. */
export function connectionLog({ mixerCluster, mesh }: LogTargets, side: Side): AccessLogs {
  if (mixerCluster === undefined) return fileLog(mesh);
  const config = typedConfig(TcpGrpcAccessLogConfigSchema, { commonConfig: common(mixerCluster, side) });
  return [{ name: 'envoy.access_loggers.tcp_grpc', configType: { case: 'typedConfig', value: config } }, ...fileLog(mesh)];
}

function common(clusterName: string, logName: Side): Fields<typeof CommonGrpcAccessLogConfigSchema> {
  return {
    logName,
    transportApiVersion: ApiVersion.V3,
    grpcService: { targetSpecifier: { case: 'envoyGrpc', value: { clusterName } } },
  };
}
