import type { Socket } from 'node:net';
import swagger from '@fastify/swagger';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { FlotillaError } from '@flotilla/errors';
import type { Logger } from '@flotilla/runtime';
import { fastify, LogController, type FastifyBaseLogger, type FastifyReply, type FastifyRequest } from 'fastify';
import { Registry } from 'prom-client';
import type { AdminApp } from './admin-app.ts';
import { tokenCheck } from './token-check.ts';
import { codedError } from './coded-error.ts';
import { errorBody } from './error-body.ts';
import { addProcessMetrics, requestDurations } from './metrics.ts';
import { secureServer, type ServerCertificates } from './secure-server.ts';
import { addStandardRoutes } from './standard-routes.ts';
import { streamReply } from './streamed-reply.ts';

export interface AdminOptions {
  /** The service's name, as `galley`. */
  readonly name: string;
  readonly version: string;
  /** One sentence, shown in the OpenAPI document. */
  readonly description: string;
  readonly logger: Logger;
  readonly host: string;
  /** 0 for any free port. */
  readonly port: number;
  /** What callers must send as `authorization: Bearer`, or as the password of Basic authentication; without it every route is open. */
  readonly token?: string | undefined;
  /** Why the service is not ready, in sentences; nothing when it is. */
  readonly ready: () => readonly string[];
  /** What `/metrics` shows, beside the metrics of the process. */
  readonly metrics?: Registry;
  /** Makes it HTTPS. */
  readonly certificates?: ServerCertificates;
  /** The largest body taken, in bytes; 4 MiB when not given. */
  readonly bodyLimit?: number;
}

/** The REST side of a service. */
export interface AdminServer {
  /** Routes are added before `listen`. */
  readonly app: AdminApp;
  /**
   * Answers with `chunks` as they come, until the client goes away or the server stops; see {@link jsonLine} and
   * {@link serverSentEvent}. To be returned by the route.
   */
  stream(reply: FastifyReply, contentType: string, chunks: (signal: AbortSignal) => AsyncIterable<string>): Promise<void>;
  /**
   * Begins to answer.
   * @returns the base URL, with the port it was given
   * @throws FlotillaError PORT_TAKEN when another program listens there
   */
  listen(): Promise<string>;
  /** Ends streamed answers, waits for the others, and stops. */
  close(): Promise<void>;
}

/**
 * Makes the REST side of a service: `/healthz`, `/readyz`, `/metrics` and `/openapi.json` open, all else for bearers
 * of the token; errors as problem+json, under `/api` and `/apis` as Kubernetes' Status.
 */
export async function createAdminServer(options: AdminOptions): Promise<AdminServer> {
  const stopping = new AbortController();
  const metrics = options.metrics ?? new Registry();
  const { certificates } = options;
  const transport = certificates === undefined ? {} : { serverFactory: secureServer(certificates) };
  addProcessMetrics(metrics);
  const loggerInstance: FastifyBaseLogger = options.logger;
  const app: AdminApp = fastify({
    loggerInstance,
    ...transport,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: options.bodyLimit ?? 4 * 1024 * 1024,
    ajv: { customOptions: { allErrors: true, removeAdditional: false } },
    frameworkErrors: (error, request, reply) => sendError(error, request, reply),
  }).withTypeProvider<TypeBoxTypeProvider>();
  addErrors(app);
  addDurations(app, metrics);
  if (options.token !== undefined) demandToken(app, options.token);
  const unused = unusedConnections(app);
  app.addHook('preClose', (done) => {
    stopping.abort();
    for (const connection of unused) connection.destroy();
    done();
  });
  // A connection kept alive after its last answer would keep the server from closing.
  app.addHook('onSend', (_request, reply, payload, done) => {
    if (stopping.signal.aborted) void reply.header('connection', 'close');
    done(null, payload);
  });
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: `Flotilla ${options.name}`, version: options.version, description: options.description },
      components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } },
      security: [{ bearer: [] }],
    },
  });
  addStandardRoutes(app, { ready: options.ready, metrics });
  return {
    app,
    stream: (reply, contentType, chunks) => streamReply(reply, { contentType, stopping: stopping.signal, chunks }),
    listen: () => listen(app, options),
    close: () => app.close(),
  };
}

/** The connections on which nothing was ever asked, as clients open them in advance: the server would wait for them when it closes. */
function unusedConnections(app: AdminApp): ReadonlySet<Socket> {
  const unused = new Set<Socket>();
  app.server.on('connection', (connection: Socket) => {
    unused.add(connection);
    connection.once('close', () => unused.delete(connection));
  });
  app.server.on('request', ({ socket }) => unused.delete(socket));
  return unused;
}

function sendError(thrown: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const error = codedError(thrown);
  if (error.code === 'INTERNAL') request.log.error({ err: thrown, method: request.method, url: request.url }, 'a request failed');
  const { contentType, body } = errorBody(error, request.url);
  if (error.code === 'UNAUTHENTICATED') void reply.header('www-authenticate', 'Bearer');
  void reply.code(error.http).header('content-type', contentType).send(JSON.stringify(body));
}

function addErrors(app: AdminApp): void {
  app.setErrorHandler(sendError);
  app.setNotFoundHandler((request, reply) => sendError(new FlotillaError('NOT_FOUND', `there is no ${request.method} ${request.url}`), request, reply));
}

function addDurations(app: AdminApp, metrics: Registry): void {
  const durations = requestDurations(metrics);
  app.addHook('onResponse', (request, reply, done) => {
    durations.observe(
      { method: request.method, route: request.routeOptions.url ?? 'none', status: reply.statusCode },
      reply.elapsedTime / 1000,
    );
    done();
  });
}

function demandToken(app: AdminApp, token: string): void {
  const isRight = tokenCheck(token);
  app.addHook('onRequest', (request, _reply, done) => {
    if (request.routeOptions.config.open === true || isRight(request.headers.authorization)) done();
    else done(new FlotillaError('UNAUTHENTICATED', 'send the token as: authorization: Bearer TOKEN'));
  });
}

async function listen(app: AdminApp, { host, port, certificates }: AdminOptions): Promise<string> {
  try {
    const url = await app.listen({ host, port });
    // Fastify does not know what a server of somebody else's making speaks.
    return certificates === undefined ? url : url.replace(/^http:/, 'https:');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
      throw new FlotillaError('PORT_TAKEN', `${host}:${port} is taken by another program`, { cause: error });
    }
    throw error;
  }
}
