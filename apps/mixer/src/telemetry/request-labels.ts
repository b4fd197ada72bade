import { create } from '@bufbuild/protobuf';
import { AccessLogCommonSchema, type HTTPAccessLogEntry } from '@flotilla/envoy-api/envoy/data/accesslog/v3/accesslog_pb.js';
import { connectionLabels, type LogContext } from './connection-labels.ts';
import type { RequestLabels } from './labels.ts';

const noProperties = create(AccessLogCommonSchema);

/** The labels of one request. */
export function requestLabels({ commonProperties, request, response }: HTTPAccessLogEntry, context: LogContext): RequestLabels {
  const status = response?.responseTrailers['grpc-status'] ?? response?.responseHeaders['grpc-status'];
  // Which headers an entry carries is up to the proxy; either tells.
  const grpc = status !== undefined || request?.requestHeaders['content-type']?.startsWith('application/grpc') === true;
  return {
    ...connectionLabels(commonProperties ?? noProperties, request?.authority ?? '', grpc ? 'grpc' : 'http', context),
    response_code: responseCode(response?.responseCode),
    grpc_response_status: grpc ? grpcStatus(status) : '',
  };
}

/** 0 where the client was gone before there was an answer, and for what is no status code. */
function responseCode(code: number | undefined): string {
  return code !== undefined && code >= 100 && code < 600 ? String(code) : '0';
}

/** A server may send anything; gRPC's own codes are 0 to 16. */
function grpcStatus(status: string | undefined): string {
  return status !== undefined && /^([0-9]|1[0-6])$/.test(status) ? status : '';
}
