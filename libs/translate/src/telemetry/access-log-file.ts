import type { Any } from '@bufbuild/protobuf/wkt';
import type { SubstitutionFormatStringSchema } from '@flotilla/envoy-api/envoy/config/core/v3/substitution_format_string_pb.js';
import { FileAccessLogSchema } from '@flotilla/envoy-api/envoy/extensions/access_loggers/file/v3/file_pb.js';
import { StderrAccessLogSchema, StdoutAccessLogSchema } from '@flotilla/envoy-api/envoy/extensions/access_loggers/stream/v3/stream_pb.js';
import type { AccessLogSchema } from '@flotilla/envoy-api/envoy/config/accesslog/v3/accesslog_pb.js';
import type { AccessLogFile, MeshConfig } from '@flotilla/mesh';
import type { Fields } from '../message-fields.ts';
import { typedConfig } from '../typed-config.ts';

/** What a line says where the mesh does not say it: the fields of Istio's access logs, in their order. */
const fields: readonly (readonly [name: string, value: string])[] = [
  ['start_time', '%START_TIME%'],
  ['method', '%REQ(:METHOD)%'],
  ['path', '%REQ(X-ENVOY-ORIGINAL-PATH?:PATH)%'],
  ['protocol', '%PROTOCOL%'],
  ['response_code', '%RESPONSE_CODE%'],
  ['response_flags', '%RESPONSE_FLAGS%'],
  ['response_code_details', '%RESPONSE_CODE_DETAILS%'],
  ['connection_termination_details', '%CONNECTION_TERMINATION_DETAILS%'],
  ['upstream_transport_failure_reason', '%UPSTREAM_TRANSPORT_FAILURE_REASON%'],
  ['bytes_received', '%BYTES_RECEIVED%'],
  ['bytes_sent', '%BYTES_SENT%'],
  ['duration', '%DURATION%'],
  ['upstream_service_time', '%RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)%'],
  ['x_forwarded_for', '%REQ(X-FORWARDED-FOR)%'],
  ['user_agent', '%REQ(USER-AGENT)%'],
  ['request_id', '%REQ(X-REQUEST-ID)%'],
  ['authority', '%REQ(:AUTHORITY)%'],
  ['upstream_host', '%UPSTREAM_HOST%'],
  ['upstream_cluster', '%UPSTREAM_CLUSTER_RAW%'],
  ['upstream_local_address', '%UPSTREAM_LOCAL_ADDRESS%'],
  ['downstream_local_address', '%DOWNSTREAM_LOCAL_ADDRESS%'],
  ['downstream_remote_address', '%DOWNSTREAM_REMOTE_ADDRESS%'],
  ['requested_server_name', '%REQUESTED_SERVER_NAME%'],
  ['route_name', '%ROUTE_NAME%'],
];

/** Values that may have spaces, and so are quoted in a line of text. */
const quoted = new Set(['upstream_transport_failure_reason', 'x_forwarded_for', 'user_agent', 'request_id', 'authority', 'upstream_host']);

/** The file that every proxy writes a line to for each request and connection; none unless the mesh names one. */
export function fileLog({ accessLog }: MeshConfig): Fields<typeof AccessLogSchema>[] {
  if (accessLog === undefined) return [];
  const { path } = accessLog;
  const format = { accessLogFormat: { case: 'logFormat' as const, value: formatOf(accessLog) } };
  // Where its output is a socket, Envoy cannot open it as a file.
  if (path === '/dev/stdout') return [logger('stdout', typedConfig(StdoutAccessLogSchema, format))];
  if (path === '/dev/stderr') return [logger('stderr', typedConfig(StderrAccessLogSchema, format))];
  return [logger('file', typedConfig(FileAccessLogSchema, { path, ...format }))];
}

function logger(kind: string, value: Any): Fields<typeof AccessLogSchema> {
  return { name: `envoy.access_loggers.${kind}`, configType: { case: 'typedConfig', value } };
}

function formatOf({ format }: AccessLogFile): Fields<typeof SubstitutionFormatStringSchema> {
  if (typeof format !== 'string') {
    const json = { case: 'jsonFormat' as const, value: format.fields ?? Object.fromEntries(fields) };
    return { format: json };
  }
  const text = { case: 'textFormatSource' as const, value: { specifier: { case: 'inlineString' as const, value: lineOf(format) } } };
  return { format: text };
}

function lineOf(format: string): string {
  if (format !== '') return format.endsWith('\n') ? format : `${format}\n`;
  const values = new Map(fields);
  const request = `"${['method', 'path', 'protocol'].map((name) => values.get(name)).join(' ')}"`;
  const rest = fields.slice(4).map(([name, value]) => (quoted.has(name) ? `"${value}"` : value));
  return `[${values.get('start_time')}] ${[request, ...rest].join(' ')}\n`;
}
