import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { constants, createServer as createHttp2Server, type Http2Server, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { WebSocketServer } from 'ws';
import { flatHeaders } from './flat-headers.ts';
import type { Script } from './script.ts';
import { greet } from './socket-echo.ts';

type Request = IncomingMessage | Http2ServerRequest;
type Response = ServerResponse | Http2ServerResponse;

async function answer(name: string, script: Script, request: Request, response: Response): Promise<void> {
  const body = await text(request);
  const asked = { protocol: `HTTP/${request.httpVersion}`, method: request.method ?? '', path: request.url ?? '', headers: flatHeaders(request.headers), body };
  const scripted = script.next(asked);
  if (scripted.delayMs !== undefined) await delay(scripted.delayMs);
  if (scripted.instead !== undefined) {
    if ('stream' in response) response.stream.close(scripted.instead === 'refuse' ? constants.NGHTTP2_REFUSED_STREAM : constants.NGHTTP2_INTERNAL_ERROR);
    else request.socket.resetAndDestroy();
    return;
  }
  const { status = 200, headers = {}, trailers = {} } = scripted;
  // HTTP/1.1 has trailers only where they are announced.
  const announced = Object.keys(trailers).length === 0 ? {} : { trailer: Object.keys(trailers).join(', ') };
  response.statusCode = status;
  for (const [key, value] of Object.entries({ 'content-type': 'application/json', ...headers, ...announced })) response.setHeader(key, value);
  response.addTrailers({ ...trailers });
  response.end(scripted.body ?? JSON.stringify({ name, ...asked }));
}

function handler(name: string, script: Script) {
  return (request: Request, response: Response): void => {
    // A caller that gave up is none of the application's mistakes.
    answer(name, script, request, response).catch(() => response.destroy());
  };
}

/** HTTP/1.1, and WebSocket, which gets each message back; a tunnel it ends itself, as if it were the other end. */
export function createHttpServer(name: string, script: Script): Server {
  // Connections stay open for as long as the sidecar wants: one closed at the moment of its next request would fail that.
  const server = createServer({ keepAliveTimeout: 0 }, handler(name, script));
  new WebSocketServer({ server }).on('connection', (socket, request) => {
    script.next({ protocol: 'websocket', method: request.method ?? '', path: request.url ?? '', headers: flatHeaders(request.headers), body: '' });
    socket.on('message', (data, binary) => socket.send(data, { binary }));
  });
  server.on('connect', (request, socket, head) => {
    script.next({ protocol: 'HTTP/1.1', method: 'CONNECT', path: request.url ?? '', headers: flatHeaders(request.headers), body: '' });
    socket.write('HTTP/1.1 200 OK\r\n\r\n');
    socket.unshift(head);
    greet(name, socket);
  });
  return server;
}

/** HTTP/2 without TLS. */
export function createHttp2cServer(name: string, script: Script): Http2Server {
  return createHttp2Server(handler(name, script));
}
