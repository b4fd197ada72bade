import type { IncomingHttpHeaders } from 'node:http';

/** What joins the spans of one trace, and what routing rules look at. */
const forwarded = [
  'end-user', 'user-agent', 'authorization', 'cookie',
  'x-request-id', 'traceparent', 'tracestate', 'b3',
  'x-b3-traceid', 'x-b3-spanid', 'x-b3-parentspanid', 'x-b3-sampled', 'x-b3-flags',
  'x-ot-span-context', 'x-cloud-trace-context', 'grpc-trace-bin',
];

/** The headers of an incoming request that go with every call made on its behalf. */
export function forwardedHeaders(incoming: IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(
    forwarded.flatMap((name) => {
      const value = incoming[name];
      return typeof value === 'string' ? [[name, value]] : [];
    }),
  );
}
