import { ServerCredentials } from '@grpc/grpc-js';
import { createServer as createHttpControl, type IncomingMessage } from 'node:http';
import type { AddressInfo, Server as NetServer } from 'node:net';
import { json } from 'node:stream/consumers';
import { makeCall, type Call } from './call.ts';
import { createGrpcServer } from './grpc-echo.ts';
import { createHttp2cServer, createHttpServer } from './http-servers.ts';
import { Script, type ScriptedAnswer } from './script.ts';
import { createTcp, createTls } from './socket-echo.ts';

/** Where it listens, by protocol; `control` is for whoever directs it, and no part of the service. */
export interface EchoPorts {
  readonly http: number;
  readonly http2: number;
  readonly grpc: number;
  readonly tcp: number;
  readonly tls: number;
  readonly control: number;
}

export interface EchoOptions {
  /** What it calls itself in its answers. */
  readonly name: string;
  readonly host: string;
  /** 0 where any free port will do. */
  readonly ports: EchoPorts;
  /** `host:port` of the HTTP proxy to send its own calls to, where they are not intercepted. */
  readonly proxy?: string;
}

export interface Echo {
  readonly ports: EchoPorts;
  close(): Promise<void>;
}

/** `POST /answers` scripts what it answers, `GET /asked` tells what it was asked since, `POST /call` has it make a call. */
function createControl(script: Script, proxy: string | undefined): NetServer {
  const obey = async (request: IncomingMessage): Promise<unknown> => {
    if (request.url === '/asked') return script.asked;
    const body = await json(request);
    if (request.url === '/call') return makeCall(body as Call, proxy);
    script.set(body as ScriptedAnswer[]);
    return {};
  };
  return createHttpControl((request, response) => {
    obey(request).then((result) => response.end(JSON.stringify(result)), (error: unknown) => response.writeHead(400).end(String(error)));
  });
}

/** Runs an application that answers, and calls others, as it is told over its control port. */
export async function startEcho({ name, host, ports, proxy }: EchoOptions): Promise<Echo> {
  const script = new Script();
  const open = new Set<{ destroy(): unknown }>();
  const listen = async (server: NetServer, port: number): Promise<number> => {
    server.on('connection', (socket) => {
      open.add(socket);
      socket.once('close', () => open.delete(socket));
    });
    await new Promise<void>((listening, failed) => server.once('error', failed).listen(port, host, listening));
    return (server.address() as AddressInfo).port;
  };
  const servers = { http: createHttpServer(name, script), http2: createHttp2cServer(name, script), tcp: createTcp(name, script), tls: createTls(name, script), control: createControl(script, proxy) };
  const grpc = createGrpcServer(name, script);
  const grpcPort = new Promise<number>((bound, failed) => grpc.bindAsync(`${host}:${ports.grpc}`, ServerCredentials.createInsecure(), (error, port) => (error === null ? bound(port) : failed(error))));
  return {
    ports: { http: await listen(servers.http, ports.http), http2: await listen(servers.http2, ports.http2), tcp: await listen(servers.tcp, ports.tcp), tls: await listen(servers.tls, ports.tls), control: await listen(servers.control, ports.control), grpc: await grpcPort },
    async close() {
      grpc.forceShutdown();
      const closed = Object.values(servers).map((server) => new Promise((done) => server.close(done)));
      for (const socket of open) socket.destroy();
      await Promise.all(closed);
    },
  };
}
