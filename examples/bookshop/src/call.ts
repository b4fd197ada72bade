import { Agent, request } from 'node:http';

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

const connections = new Agent({ keepAlive: true });

/**
 * GETs `target` and reads its JSON answer. With a `proxy` the request is sent to it in absolute form, as an
 * HTTP client that honours HTTP_PROXY does: this is how a call enters the sidecar.
 * @param timeoutMs milliseconds for the whole exchange
 * @returns the answer, or undefined when none came in time
 */
export function call(
  target: string,
  headers: Readonly<Record<string, string>>,
  { proxy, timeoutMs }: { readonly proxy: string | undefined; readonly timeoutMs: number },
): Promise<Answer | undefined> {
  const url = new URL(target);
  const via = new URL(proxy ?? target);
  return new Promise((resolve) => {
    const outgoing = request(
      {
        agent: connections,
        host: via.hostname,
        port: via.port,
        path: proxy === undefined ? url.pathname + url.search : target,
        headers: { ...headers, host: url.host },
        signal: AbortSignal.timeout(timeoutMs),
      },
      (incoming) => {
        let text = '';
        incoming.setEncoding('utf8');
        incoming.on('data', (chunk: string) => (text += chunk));
        incoming.on('error', () => resolve(undefined));
        incoming.on('end', () => resolve({ status: incoming.statusCode ?? 0, body: parsed(text) }));
      },
    );
    outgoing.on('error', () => resolve(undefined));
    outgoing.end();
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
