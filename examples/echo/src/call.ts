import { Client, credentials, Metadata, type StatusObject } from '@grpc/grpc-js';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { connect as connectHttp2, constants, type IncomingHttpHeaders, type IncomingHttpStatusHeader } from 'node:http2';
import { connect as connectTcp } from 'node:net';
import { text } from 'node:stream/consumers';
import { connect as connectTls } from 'node:tls';
import { WebSocket } from 'ws';
import { flatHeaders } from './flat-headers.ts';
import { echoService } from './grpc-echo.ts';
import { clientByKey, overSocket } from './socket-echo.ts';

/** A call that somebody is to make. */
export interface Call {
  /** HTTP/1.1 unless told otherwise. */
  readonly protocol?: 'http' | 'http2' | 'websocket' | 'grpc' | 'grpc-stream' | 'tcp' | 'tls';
  /** For TCP and TLS its host and port are where the connection goes, past any proxy. */
  readonly url: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** What to say one after the other, each when the one before came back; websocket, gRPC, and as lines TCP and TLS. */
  readonly messages?: readonly string[];
  /** Leaves it to the other end to close the connection; TCP and TLS. */
  readonly stay?: boolean;
  /** The name that TLS asks for; by default the URL's host. */
  readonly serverName?: string;
}

/** What came of it. A broken or refused connection is status 0 with the error as body. */
export interface CallAnswer {
  /** Of HTTP; for gRPC its own code; for TCP and TLS 200 where somebody answered. */
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** For gRPC the message of its status; for TCP and TLS the name of who answered. */
  readonly body: string;
  readonly trailers: Readonly<Record<string, string>>;
  /** What came back, of what has messages. */
  readonly messages: readonly string[];
  readonly tookMs: number;
}

/** The part of an answer that a protocol has. */
export type Outcome = Partial<Omit<CallAnswer, 'tookMs'>>;

const patienceMs = 30_000;

/**
 * Makes one call.
 * @param via `host:port` of a proxy to send it to, which goes by the authority; by default straight to the URL's host
 */
export async function makeCall(call: Call, via?: string): Promise<CallAnswer> {
  const started = performance.now();
  const url = new URL(call.url);
  const address = via ?? url.host;
  const made: Record<NonNullable<Call['protocol']>, (call: Call, url: URL, address: string) => Promise<Outcome>> = { http: overHttp, http2: overHttp2, websocket: overWebSocket, grpc: overGrpc, 'grpc-stream': overGrpcStream, tcp: overTcp, tls: overTls };
  const outcome = await made[call.protocol ?? 'http'](call, url, address).catch((error: unknown): Outcome => ({ body: error instanceof Error ? error.message : String(error) }));
  return { status: 0, headers: {}, body: '', trailers: {}, messages: [], ...outcome, tookMs: performance.now() - started };
}

async function overHttp({ method = 'GET', headers = {}, body }: Call, url: URL, address: string): Promise<Outcome> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const outgoing = httpRequest(`http://${address}${url.pathname}${url.search}`, { method, headers: { host: url.host, ...headers }, timeout: patienceMs, agent: false }, resolve);
    outgoing.on('timeout', () => outgoing.destroy(new Error('no answer in time'))).on('error', reject).end(body);
  });
  const received = await text(response);
  return { status: response.statusCode ?? 0, headers: flatHeaders(response.headers), body: received, trailers: flatHeaders(response.trailers) };
}

async function overHttp2({ method = 'GET', headers = {}, body }: Call, url: URL, address: string): Promise<Outcome> {
  const session = connectHttp2(`http://${address}`);
  try {
    return await new Promise<Outcome>((resolve, reject) => {
      session.on('error', reject);
      const stream = session.request({ ...headers, [constants.HTTP2_HEADER_METHOD]: method, [constants.HTTP2_HEADER_AUTHORITY]: url.host, [constants.HTTP2_HEADER_PATH]: `${url.pathname}${url.search}` });
      let outcome: Outcome = {};
      stream.on('response', (received: IncomingHttpHeaders & IncomingHttpStatusHeader) => (outcome = { status: received[':status'] ?? 0, headers: flatHeaders(received) }));
      stream.on('trailers', (trailers: IncomingHttpHeaders) => (outcome = { ...outcome, trailers: flatHeaders(trailers) }));
      stream.setTimeout(patienceMs, () => stream.destroy(new Error('no answer in time')));
      stream.on('error', reject);
      text(stream).then((received) => resolve({ ...outcome, body: received }), reject);
      stream.end(body);
    });
  } finally {
    session.close();
  }
}

function overWebSocket({ headers = {}, messages = [] }: Call, url: URL, address: string): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://${address}${url.pathname}${url.search}`, { headers: { host: url.host, ...headers }, handshakeTimeout: patienceMs });
    const received: string[] = [];
    const say = (): void => {
      const message = messages[received.length];
      if (message === undefined) socket.close(1000);
      else socket.send(message);
    };
    socket.on('unexpected-response', (_, response) => resolve({ status: response.statusCode ?? 0 }));
    socket.on('open', say).on('error', reject);
    socket.on('message', (data: Buffer) => {
      received.push(data.toString());
      say();
    });
    socket.on('close', () => resolve({ status: 101, messages: received }));
  });
}

function overTcp({ messages, stay }: Call, { hostname, port }: URL): Promise<Outcome> {
  return overSocket(connectTcp({ host: hostname, port: Number(port), timeout: patienceMs }), messages, stay);
}

function overTls({ messages, stay, serverName }: Call, { hostname, port }: URL): Promise<Outcome> {
  return overSocket(connectTls({ host: hostname, port: Number(port), servername: serverName ?? hostname, timeout: patienceMs, ...clientByKey }), messages, stay);
}

function metadataOf(headers: Readonly<Record<string, string>>): Metadata {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(headers)) metadata.set(name, value);
  return metadata;
}

/** The channel goes to the proxy's address; the authority is that of the URL, as routes want it. */
function channel(url: URL, address: string): Client {
  return new Client(address, credentials.createInsecure(), { 'grpc.default_authority': url.host, 'grpc.enable_http_proxy': 0, 'grpc.enable_retries': 0, 'grpc.use_local_subchannel_pool': 1 });
}

const deadline = (): Date => new Date(Date.now() + patienceMs);
const flatMetadata = (metadata: Metadata): Record<string, string> => flatHeaders(metadata.getMap() as Record<string, string>);
const ending = ({ code, details, metadata }: StatusObject): Outcome => ({ status: code, body: details, trailers: flatMetadata(metadata) });

async function overGrpc({ headers = {}, messages = ['hello'] }: Call, url: URL, address: string): Promise<Outcome> {
  const client = channel(url, address);
  const { path, requestSerialize, responseDeserialize } = echoService.unary;
  try {
    return await new Promise<Outcome>((resolve) => {
      let received: Outcome = {};
      const call = client.makeUnaryRequest(path, requestSerialize, responseDeserialize, Buffer.from(messages[0] ?? ''), metadataOf(headers), { deadline: deadline() }, (_, message) => {
        if (message !== undefined) received = { ...received, messages: [String(message)] };
      });
      call.on('metadata', (metadata) => (received = { ...received, headers: flatMetadata(metadata) }));
      call.on('status', (status) => resolve({ ...received, ...ending(status) }));
    });
  } finally {
    client.close();
  }
}

async function overGrpcStream({ headers = {}, messages = [] }: Call, url: URL, address: string): Promise<Outcome> {
  const client = channel(url, address);
  const { path, requestSerialize, responseDeserialize } = echoService.stream;
  try {
    return await new Promise<Outcome>((resolve) => {
      const received: string[] = [];
      const call = client.makeBidiStreamRequest(path, requestSerialize, responseDeserialize, metadataOf(headers), { deadline: deadline() });
      const say = (): void => {
        const message = messages[received.length];
        if (message === undefined) call.end();
        else call.write(Buffer.from(message));
      };
      call.on('data', (message: Buffer) => {
        received.push(String(message));
        say();
      });
      // The status tells of errors too.
      call.on('error', () => undefined);
      call.on('status', (status) => resolve({ messages: received, ...ending(status) }));
      say();
    });
  } finally {
    client.close();
  }
}
