import { ApiVersion } from '@flotilla/envoy-api/envoy/config/core/v3/config_source_pb.js';
import type { AccessLogSchema } from '@flotilla/envoy-api/envoy/config/accesslog/v3/accesslog_pb.js';
import { HttpGrpcAccessLogConfigSchema, TcpGrpcAccessLogConfigSchema, type CommonGrpcAccessLogConfigSchema } from '@flotilla/envoy-api/envoy/extensions/access_loggers/grpc/v3/als_pb.js';
import type { Fields } from '../message-fields.ts';
import { typedConfig } from '../typed-config.ts';

/** Which side of a call a proxy saw. Gateways are on the calling side. */
export type Side = 'inbound' | 'outbound';

type AccessLogs = Fields<typeof AccessLogSchema>[];

/** The logs of requests, streamed to Mixer; none for a proxy that knows no Mixer. */
export function requestLog(mixerCluster: string | undefined, side: Side): AccessLogs {
  if (mixerCluster === undefined) return [];
  // What tells gRPC from other HTTP: a call that fails at once has its status among the headers.
  const config = typedConfig(HttpGrpcAccessLogConfigSchema, {
    commonConfig: common(mixerCluster, side),
    additionalRequestHeadersToLog: ['content-type'],
    additionalResponseHeadersToLog: ['grpc-status'],
    additionalResponseTrailersToLog: ['grpc-status'],
  });
  return [{ name: 'envoy.access_loggers.http_grpc', configType: { case: 'typedConfig', value: config } }];
}

/** The logs of connections that are not HTTP. */
export function connectionLog(mixerCluster: string | undefined, side: Side): AccessLogs {
  if (mixerCluster === undefined) return [];
  const config = typedConfig(TcpGrpcAccessLogConfigSchema, { commonConfig: common(mixerCluster, side) });
  return [{ name: 'envoy.access_loggers.tcp_grpc', configType: { case: 'typedConfig', value: config } }];
}

function common(clusterName: string, logName: Side): Fields<typeof CommonGrpcAccessLogConfigSchema> {
  return {
    logName,
    transportApiVersion: ApiVersion.V3,
    grpcService: { targetSpecifier: { case: 'envoyGrpc', value: { clusterName } } },
  };
}
