import { Server, setLogger, type ServerOptions, type UntypedServiceImplementation } from '@grpc/grpc-js';
import { FlotillaError } from '@flotilla/errors';
import type { Clock, Logger } from '@flotilla/runtime';
import { chmod, rm } from 'node:fs/promises';
import { ConnectionWatch, type Keepalive } from './connection-watch.ts';
import type { ServedService } from './handlers.ts';
import { HealthStatus } from './health.ts';
import { serveCalls, type CallEnvironment } from './serve-call.ts';
import type { GrpcServerCredentials } from './server-credentials.ts';
import { toServiceDefinition } from './service-definition.ts';

export interface ServeOptions {
  /** `127.0.0.1:15012`, port 0 for any free one; or `unix:/path`, a socket for this user alone. */
  readonly address: string;
  readonly credentials: GrpcServerCredentials;
  readonly services: readonly ServedService[];
  readonly logger: Logger;
  readonly clock: Clock;
  /** 10 s and 20 s when not given: a machine that is merely busy must not lose its connections. */
  readonly keepalive?: Keepalive;
}

/** A gRPC server that listens. */
export interface GrpcServer {
  /** Where it listens, with the port it was given. */
  readonly address: string;
  /** The port; 0 for a unix socket. */
  readonly port: number;
  /** What grpc.health.v1 answers from now on; a server begins as serving. */
  setServing(serving: boolean): void;
  /**
   * Takes no new calls, ends open streams with UNAVAILABLE and waits for the other calls to be answered;
   * what is left after `deadlineMs` is cut off.
   */
  stop(deadlineMs?: number): Promise<void>;
}

const options: ServerOptions = {
  'grpc.max_receive_message_length': 64 * 1024 * 1024,
  'grpc.max_send_message_length': -1,
  'grpc.max_concurrent_streams': 0xffff_ffff,
  'grpc.enable_channelz': 0,
};

/**
 * Serves `services` and grpc.health.v1.
 *
 * @throws FlotillaError PORT_TAKEN when another program listens there
 */
export async function serveGrpc({ address, credentials, services, logger, clock, keepalive = { intervalMs: 10_000, timeoutMs: 20_000 } }: ServeOptions): Promise<GrpcServer> {
  // grpc-js has one log for the whole process, stderr; what matters of it comes back as errors.
  setLogger({ error: (message: unknown) => logger.debug({ grpc: String(message) }, 'grpc-js') });
  const server = new Server(options);
  const stopping = new AbortController();
  const health = new HealthStatus(services.map(({ descriptor }) => descriptor.typeName));
  const environment = { logger, stopping: stopping.signal, connections: new ConnectionWatch(clock, keepalive) };
  for (const served of [...services, health.served()]) addService(server, served, environment);
  const port = await listen(server, address, credentials);
  return {
    address: port === 0 ? address : address.replace(/:\d+$/, `:${port}`),
    port,
    setServing: (serving) => health.set(serving),
    async stop(deadlineMs = 2_000) {
      health.set(false);
      stopping.abort();
      await new Promise<void>((resolve) => {
        const cancel = clock.after(deadlineMs, () => {
          logger.warn({ address, deadlineMs }, 'calls were still open at the end, and were cut off');
          server.forceShutdown();
          // grpc-js does not always tell of the end of what was cut off.
          resolve();
        });
        server.tryShutdown(() => {
          cancel();
          resolve();
        });
      });
    },
  };
}

function addService(server: Server, { descriptor, handlers, decoders }: ServedService, environment: CallEnvironment): void {
  const implementation: UntypedServiceImplementation = {};
  for (const method of descriptor.methods) {
    const handler = handlers.get(method.localName);
    if (handler !== undefined) implementation[method.localName] = serveCalls(method, handler, environment);
  }
  server.addService(toServiceDefinition(descriptor, decoders), implementation);
}

async function listen(server: Server, address: string, credentials: GrpcServerCredentials): Promise<number> {
  const socket = /^unix:(?:\/\/)?(\/.*)$/.exec(address)?.[1];
  // A program that was killed leaves its socket behind, which nobody could bind again.
  if (socket !== undefined) await rm(socket, { force: true });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync(address, credentials.grpc, (error, bound) => {
      if (error === null) resolve(bound);
      else reject(bindFailure(address, error));
    });
  });
  if (socket === undefined) return port;
  await chmod(socket, 0o600);
  return 0;
}

function bindFailure(address: string, error: Error): FlotillaError {
  return error.message.includes('EADDRINUSE')
    ? new FlotillaError('PORT_TAKEN', `${address} is taken by another program`, { cause: error })
    : new FlotillaError('INVALID_SETTINGS', `cannot listen on ${address}: ${error.message}`, { cause: error });
}
