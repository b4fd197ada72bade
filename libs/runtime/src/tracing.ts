import { SpanKind, SpanStatusCode, trace, type Attributes } from '@opentelemetry/api';
import { messageOf } from '@flotilla/errors';

/** How tracing is set up. */
export interface TracingOptions {
  /** The name the spans are reported under. */
  readonly service: string;
  /** Base URL of an OpenTelemetry collector that takes OTLP over HTTP, as `http://localhost:4318`; tracing is off without. */
  readonly otlpEndpoint?: string | undefined;
}

/**
 * Starts to send spans to the collector, when one is set. The SDK is loaded only then: it costs nothing when off.
 *
 * @returns sends what is left and stops
 */
export async function startTracing({ service, otlpEndpoint }: TracingOptions): Promise<() => Promise<void>> {
  if (otlpEndpoint === undefined || otlpEndpoint === '') return () => Promise.resolve();
  const [{ NodeSDK }, { OTLPTraceExporter }] = await Promise.all([
    import('@opentelemetry/sdk-node'),
    import('@opentelemetry/exporter-trace-otlp-http'),
  ]);
  const sdk = new NodeSDK({
    serviceName: service,
    traceExporter: new OTLPTraceExporter({ url: new URL('v1/traces', `${otlpEndpoint.replace(/\/$/, '')}/`).href }),
    instrumentations: [],
  });
  sdk.start();
  return () => sdk.shutdown();
}

/**
 * Runs `work` inside a span; what it throws is recorded and thrown on. Without {@link startTracing} it is a plain call.
 *
 * @param name low in cardinality, as `galley commit`
 */
export function traced<T>(name: string, attributes: Attributes, work: () => Promise<T>): Promise<T> {
  return trace.getTracer('flotilla').startActiveSpan(name, { attributes, kind: SpanKind.INTERNAL }, async (span) => {
    try {
      return await work();
    } catch (error) {
      span.setStatus({ code: SpanStatusCode.ERROR, message: messageOf(error) });
      throw error;
    } finally {
      span.end();
    }
  });
}
