import { create } from '@bufbuild/protobuf';
import type { Duration } from '@bufbuild/protobuf/wkt';
import { AccessLogType, type HTTPAccessLogEntry, type TCPAccessLogEntry } from '@flotilla/envoy-api/envoy/data/accesslog/v3/accesslog_pb.js';
import { AccessLogService, StreamAccessLogsResponseSchema, type StreamAccessLogsMessage_Identifier } from '@flotilla/envoy-api/envoy/service/accesslog/v3/als_pb.js';
import { FlotillaError } from '@flotilla/errors';
import { service, type ServedService } from '@flotilla/rpc';
import type { Directory } from '../mesh/directory.ts';
import { connectionLabels, type LogContext } from './connection-labels.ts';
import { reporterOf } from './reporter.ts';
import { requestLabels } from './request-labels.ts';
import type { ServiceGraph } from './service-graph.ts';
import type { StandardMetrics } from './standard-metrics.ts';

export interface AccessLogOptions {
  readonly directory: Directory;
  readonly trustDomain: string;
  readonly metrics: StandardMetrics;
  readonly graph: ServiceGraph;
}

/** One stream of one log of one proxy. */
interface LogStream {
  readonly context: LogContext;
  /** Whether connections are logged when they open. */
  tellsOpened: boolean;
}

/**
 * Takes the access logs of proxies (`envoy.service.accesslog.v3`). The first message of a stream says who
 * reports; the log's name says from which side: `inbound` or `outbound`.
 */
export function accessLogService(options: AccessLogOptions): ServedService {
  return service(AccessLogService, {
    async streamAccessLogs(messages, call) {
      let stream: LogStream | undefined;
      for await (const { identifier, logEntries } of messages) {
        if (identifier !== undefined) stream = { context: contextOf(identifier, call.peerSpiffeId, options), tellsOpened: false };
        if (stream === undefined) throw new FlotillaError('MALFORMED_REQUEST', 'the first message of a stream says who reports');
        if (logEntries.case === 'httpLogs') for (const entry of logEntries.value.logEntry) recordRequest(entry, stream.context, options);
        if (logEntries.case === 'tcpLogs') for (const entry of logEntries.value.logEntry) recordConnection(entry, stream, options);
      }
      return create(StreamAccessLogsResponseSchema);
    },
  });
}

function contextOf({ node, logName }: StreamAccessLogsMessage_Identifier, principal: string | undefined, { directory, trustDomain }: AccessLogOptions): LogContext {
  if (node === undefined) throw new FlotillaError('MALFORMED_REQUEST', 'the first message of a stream says who reports');
  if (logName !== 'inbound' && logName !== 'outbound') throw new FlotillaError('MALFORMED_REQUEST', `a log is named inbound or outbound, not "${logName}"`);
  return { side: logName === 'inbound' ? 'destination' : 'source', reporter: reporterOf(node, principal), directory, trustDomain };
}

/** A request can be logged while it goes on, too; it counts once. */
const requestEnds = new Set([AccessLogType.NotSet, AccessLogType.DownstreamEnd]);

function recordRequest(entry: HTTPAccessLogEntry, context: LogContext, { metrics, graph }: AccessLogOptions): void {
  const { commonProperties: common, request, response } = entry;
  if (!requestEnds.has(common?.accessLogType ?? AccessLogType.NotSet)) return;
  const labels = requestLabels(entry, context);
  const took = common?.duration ?? common?.timeToLastDownstreamTxByte;
  const measures = {
    durationMs: took === undefined ? 0 : milliseconds(took),
    requestBytes: Number((request?.requestHeadersBytes ?? 0n) + (request?.requestBodyBytes ?? 0n)),
    responseBytes: Number((response?.responseHeadersBytes ?? 0n) + (response?.responseBodyBytes ?? 0n)),
  };
  metrics.recordRequest(labels, measures);
  const failed = labels.response_code === '0' || labels.response_code.startsWith('5') || !['', '0'].includes(labels.grpc_response_status);
  graph.record(labels, { failed, durationMs: measures.durationMs });
}

/**
 * Listeners may log a connection when it reaches its upstream, and always when it ends. On a stream without the
 * former, connections count as opened when they end.
 */
function recordConnection({ commonProperties: common, connectionProperties }: TCPAccessLogEntry, stream: LogStream, { metrics }: AccessLogOptions): void {
  if (common === undefined || common.accessLogType === AccessLogType.TcpPeriodic) return;
  const connected = common.accessLogType === AccessLogType.TcpUpstreamConnected;
  stream.tellsOpened ||= connected;
  metrics.recordConnection(connectionLabels(common, '', 'tcp', stream.context), {
    opened: connected || !stream.tellsOpened || common.upstreamRemoteAddress === undefined,
    closed: !connected,
    receivedBytes: connected ? 0 : Number(connectionProperties?.receivedBytes ?? 0n),
    sentBytes: connected ? 0 : Number(connectionProperties?.sentBytes ?? 0n),
  });
}

function milliseconds({ seconds, nanos }: Duration): number {
  return Number(seconds) * 1000 + nanos / 1e6;
}
