import type { Problem } from '@flotilla/errors';
import type { ExplainRequest, RequestTls } from './request.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Where a request goes whose address does not matter. */
const someAddress = '1.3.3.7';
/** The SDS name of a workload's own certificate. */
const workloadCertificate = 'default';

const offered: Readonly<Record<RequestTls, Readonly<Record<ExplainRequest['protocol'], readonly string[]>>>> = {
  plaintext: { http: [], http2: [], tcp: [] },
  tls: { http: ['http/1.1'], http2: ['h2'], tcp: [] },
  mtls: { http: ['istio-http/1.1'], http2: ['istio-h2'], tcp: ['istio'] },
};

/**
 * Reads a request as people write it: `{ url, method, headers }`, or with `address`, `port`, `protocol`,
 * `tls`, `sni`, `alpn`, `hostHeader`, `path` and `callMode`; also as `{ call, defaults }`, of which the
 * call says what differs. What is left out takes the value that is most usual.
 */
export function readRequest(document: unknown): { readonly request: ExplainRequest } | { readonly problems: readonly Problem[] } {
  const fields = flattened(document);
  if (fields === undefined) return { problems: [{ path: '', message: 'is not a request', found: document, allowed: 'a map with url, or with port, protocol and hostHeader' }] };
  const url = text(fields, 'url');
  const target = url === '' ? undefined : URL.parse(url);
  if (target === null || (target !== undefined && !/^https?:$/.test(target.protocol))) return { problems: [{ path: 'url', message: 'is not a URL of HTTP', found: url, allowed: 'http://reviews:9080/path, https://...' }] };
  const port = Number(fields['port'] ?? target?.port ?? 0) || defaultPort(target);
  const problems = problemsOf(fields, port);
  if (problems.length > 0) return { problems };
  const protocol = protocolOf(fields, target);
  const tls = (text(fields, 'tls') || (target?.protocol === 'https:' ? 'tls' : 'plaintext')) as RequestTls;
  const headers = headersOf(fields['headers']);
  const host = text(fields, 'hostHeader') || headers['host']?.[0] || target?.host || '';
  if (host !== '') headers['host'] = [host];
  const alpn = text(fields, 'alpn');
  return {
    request: {
      direction: text(fields, 'callMode') === 'inbound' ? 'inbound' : 'outbound',
      address: text(fields, 'address') || someAddress,
      port,
      protocol,
      tls,
      sni: text(fields, 'sni') || (tls === 'tls' ? (headers['host']?.[0]?.replace(/:\d+$/, '') ?? '') : ''),
      alpn: alpn === '' ? offered[tls][protocol] : alpn.split(','),
      certificate: text(fields, 'mtlsSecretConfigName') || workloadCertificate,
      method: text(fields, 'method') || 'GET',
      path: text(fields, 'path') || (target === undefined ? '/' : `${target.pathname}${target.search}`),
      headers,
      source: text(fields, 'source'),
    },
  };
}

const choices = {
  protocol: ['http', 'http2', 'grpc', 'tcp'],
  tls: ['plaintext', 'tls', 'mtls'],
  callMode: ['inbound', 'outbound', 'gateway'],
} as const;

function problemsOf(fields: Fields, port: number): Problem[] {
  const problems = Object.entries(choices).flatMap(([path, allowed]): Problem[] => {
    const found = fields[path] ?? '';
    return found === '' || (allowed as readonly unknown[]).includes(found) ? [] : [{ path, message: 'is none of what there is', found, allowed: allowed.join(', ') }];
  });
  if (!Number.isInteger(port) || port < 1 || port > 65_535) problems.push({ path: 'port', message: 'is not a port', found: fields['port'], allowed: '1 to 65535' });
  return problems;
}

function flattened(document: unknown): Fields | undefined {
  if (!isFields(document)) return undefined;
  const { call, defaults, ...own } = document;
  const parts = [defaults, call].filter(isFields);
  return parts.length === 0 ? own : Object.assign({}, ...parts) as Fields;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function text(fields: Fields, name: string): string {
  const value = fields[name];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

function defaultPort(url: URL | undefined): number {
  if (url === undefined) return 0;
  return url.protocol === 'https:' ? 443 : 80;
}

/** Without a protocol, what is sent are bytes. */
function protocolOf(fields: Fields, url: URL | undefined): ExplainRequest['protocol'] {
  const named = text(fields, 'protocol');
  if (named === 'grpc') return 'http2';
  if (named === 'http' || named === 'http2' || named === 'tcp') return named;
  return url === undefined ? 'tcp' : 'http';
}

function headersOf(value: unknown): Record<string, readonly string[]> {
  const headers: Record<string, readonly string[]> = {};
  if (!isFields(value)) return headers;
  for (const [name, entry] of Object.entries(value)) headers[name.toLowerCase()] = (Array.isArray(entry) ? entry : [entry]).map(String);
  return headers;
}
