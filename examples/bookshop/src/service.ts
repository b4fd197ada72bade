import { createServer, type IncomingMessage, type Server } from 'node:http';

/** One answer of a service; an object body is sent as JSON, a string as HTML. */
export interface Reply {
  readonly status: number;
  readonly body: object | string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Request {
  readonly url: URL;
  readonly headers: IncomingMessage['headers'];
  /** The parts of the path that the route's pattern captured. */
  readonly captured: readonly string[];
  /** The request body as text. */
  readonly body: string;
}

export interface Route {
  readonly method: 'GET' | 'POST';
  readonly path: RegExp;
  readonly answer: (request: Request) => Reply | Promise<Reply>;
}

/** Who answered: shown in the JSON, so that a reader sees which process a request reached. */
export interface Whoami {
  readonly podname: string;
  readonly clustername: string;
}

/** The name this process goes by, from POD_NAME and CLUSTER_NAME. */
export function whoami(env: NodeJS.ProcessEnv): Whoami {
  return { podname: env['POD_NAME'] ?? 'unnamed', clustername: env['CLUSTER_NAME'] ?? 'flotilla' };
}

async function readBody(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

async function answer(message: IncomingMessage, routes: readonly Route[]): Promise<Reply> {
  const url = new URL(message.url ?? '/', 'http://service');
  if (url.pathname === '/health') return { status: 200, body: { status: 'healthy' } };
  const known = routes.filter((route) => route.path.test(url.pathname));
  const route = known.find(({ method }) => method === message.method || (method === 'GET' && message.method === 'HEAD'));
  if (route === undefined) {
    return known.length === 0 ? { status: 404, body: { error: 'not found' } } : { status: 405, body: { error: 'method not allowed' } };
  }
  const captured = (route.path.exec(url.pathname) ?? []).slice(1);
  return route.answer({ url, headers: message.headers, captured, body: await readBody(message) });
}

/** An HTTP server that answers `routes`, and `/health`. */
export function createService(routes: readonly Route[]): Server {
  // Connections stay open for as long as the sidecar wants: one closed at the moment of its next request would fail that.
  return createServer({ keepAliveTimeout: 0 }, (message, response) => {
    answer(message, routes)
      .catch((error: unknown): Reply => {
        console.error(error);
        return { status: 500, body: { error: 'internal error' } };
      })
      .then(({ status, body, headers }) => {
        const html = typeof body === 'string';
        response.writeHead(status, { 'content-type': html ? 'text/html; charset=utf-8' : 'application/json', ...headers });
        response.end(html ? body : JSON.stringify(body));
      })
      .catch((error: unknown) => console.error(error));
  });
}

/** Listens on SERVICE_ADDRESS (`host:port`, default 127.0.0.1:9080) until SIGTERM or SIGINT. */
export function serve(name: string, routes: readonly Route[], env: NodeJS.ProcessEnv): void {
  const [host = '127.0.0.1', port = '9080'] = (env['SERVICE_ADDRESS'] ?? '').split(':').filter((part) => part !== '');
  const server = createService(routes);
  server.on('error', (error) => {
    console.error(`${name}: ${error.message}`);
    process.exit(1);
  });
  server.listen(Number(port), host, () => console.log(`${name} listens on ${host}:${port}`));
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      server.close(() => process.exit(0));
      server.closeIdleConnections();
    });
  }
}
