import { ApiVersion } from '@flotilla/envoy-api/envoy/config/core/v3/config_source_pb.js';
import { ExtAuthzSchema } from '@flotilla/envoy-api/envoy/extensions/filters/http/ext_authz/v3/ext_authz_pb.js';
import { StatusCode } from '@flotilla/envoy-api/envoy/type/v3/http_status_pb.js';
import type { HttpFilter } from '../listeners/http-connection-manager.ts';
import { millis } from '../duration.ts';
import { typedConfig } from '../typed-config.ts';

/** How long a request waits for Mixer's word before it is refused. */
const timeoutMs = 500;

/** Asks Mixer about every request; without an answer the request is refused with 503. */
export function denyListCheck(mixerCluster: string): HttpFilter {
  return {
    name: 'envoy.filters.http.ext_authz',
    configType: {
      case: 'typedConfig',
      value: typedConfig(ExtAuthzSchema, {
        services: { case: 'grpcService', value: { targetSpecifier: { case: 'envoyGrpc', value: { clusterName: mixerCluster } }, timeout: millis(timeoutMs) } },
        transportApiVersion: ApiVersion.V3,
        failureModeAllow: false,
        statusOnError: { code: StatusCode.ServiceUnavailable },
      }),
    },
  };
}
