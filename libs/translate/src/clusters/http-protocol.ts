import type { Any } from '@bufbuild/protobuf/wkt';
import { HttpProtocolOptionsSchema } from '@flotilla/envoy-api/envoy/extensions/upstreams/http/v3/http_protocol_options_pb.js';
import type { MeshConfig, Protocol } from '@flotilla/mesh';
import type { OutlierDetection } from '@flotilla/resources';
import { protoDuration } from '../routing/http/proto-duration.ts';
import { typedConfig } from '../typed-config.ts';
import type { PortPolicy } from './policy.ts';
import type { Fields } from '../message-fields.ts';

const extension = 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions';

/** What of the upstream's TLS depends on each request's authority. */
export interface AutoTls {
  readonly sni: boolean;
  readonly sanValidation: boolean;
}

/** Whether the cluster speaks HTTP/2. */
export function speaksHttp2(protocol: Protocol, { connectionPool }: PortPolicy, { h2Upgrade }: Pick<MeshConfig, 'h2Upgrade'>): boolean {
  const { h2UpgradePolicy: policy = 'DEFAULT' } = connectionPool?.http ?? {};
  return protocol === 'HTTP2' || protocol === 'GRPC' || (protocol === 'HTTP' && (policy === 'DEFAULT' ? h2Upgrade : policy === 'UPGRADE'));
}

/** The HTTP side of a cluster; nothing where Envoy's defaults (HTTP/1.1, no limits) are meant. */
export function httpProtocol(protocol: Protocol, policy: PortPolicy, mesh: Pick<MeshConfig, 'h2Upgrade'>, auto?: AutoTls): Record<string, Any> {
  const { tcp, http } = policy.connectionPool ?? {};
  const common: Fields<typeof HttpProtocolOptionsSchema>['commonHttpProtocolOptions'] = {
    ...(http?.idleTimeout === undefined ? {} : { idleTimeout: protoDuration(http.idleTimeout) }),
    ...(tcp?.maxConnectionDuration === undefined ? {} : { maxConnectionDuration: protoDuration(tcp.maxConnectionDuration) }),
    ...(positive(http?.maxRequestsPerConnection) ? { maxRequestsPerConnection: http.maxRequestsPerConnection } : {}),
  };
  const http2 = speaksHttp2(protocol, policy, mesh);
  const client = http?.useClientProtocol === true || protocol === 'AUTO';
  const failures = failureCodes(policy.outlierDetection);
  if (!http2 && !client && auto === undefined && failures === undefined && Object.keys(common).length === 0) return {};
  const http2ProtocolOptions = {
    ...(positive(http?.maxConcurrentStreams) ? { maxConcurrentStreams: http.maxConcurrentStreams } : {}),
    ...(http?.http2KeepAlive === undefined
      ? {}
      : { connectionKeepalive: { interval: protoDuration(http.http2KeepAlive.interval), timeout: protoDuration(http.http2KeepAlive.timeout) } }),
  };
  return {
    [extension]: typedConfig(HttpProtocolOptionsSchema, {
      ...(Object.keys(common).length === 0 ? {} : { commonHttpProtocolOptions: common }),
      ...(failures === undefined ? {} : { outlierDetection: failures }),
      ...(auto === undefined ? {} : { upstreamHttpProtocolOptions: { autoSni: auto.sni, autoSanValidation: auto.sanValidation } }),
      upstreamProtocolOptions: client
        ? { case: 'useDownstreamProtocolConfig', value: { httpProtocolOptions: {}, http2ProtocolOptions } }
        : {
            case: 'explicitHttpConfig',
            value: { protocolConfig: http2 ? { case: 'http2ProtocolOptions', value: http2ProtocolOptions } : { case: 'httpProtocolOptions', value: {} } },
          },
    }),
  };
}

/** Which answers count as failures of an endpoint, where it is not those that Envoy counts itself. */
function failureCodes({ outlierDetectionHttpErrorCodes: codes = [] }: OutlierDetection = {}): Fields<typeof HttpProtocolOptionsSchema>['outlierDetection'] {
  if (codes.length === 0) return undefined;
  const matcher = { matchPattern: { case: 'safeRegex' as const, value: { regex: codes.join('|') } } };
  const headers = [{ name: ':status', headerMatchSpecifier: { case: 'stringMatch' as const, value: matcher } }];
  return { errorMatcher: { rule: { case: 'httpResponseHeadersMatch', value: { headers } } } };
}

function positive(value: number | undefined): value is number {
  return value !== undefined && value > 0;
}
