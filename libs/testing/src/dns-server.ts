import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { AUTHORITATIVE_ANSWER, decode, encode } from 'dns-packet';

/** A name server of the test's own, with IPv4 addresses that live for a second. */
export interface TestDnsServer {
  /** `host:port`, by UDP. */
  readonly address: string;
  /** Has `name` stand for these addresses from now on. */
  set(name: string, addresses: readonly string[]): void;
  close(): Promise<void>;
}

/** Starts a name server on a free port of the loopback interface; names it was not told of do not exist. */
export async function startDnsServer(): Promise<TestDnsServer> {
  const records = new Map<string, readonly string[]>();
  const socket = createSocket('udp4');
  socket.on('message', (message, { address, port }) => {
    const { id, questions = [] } = decode(message);
    const nameError = 3;
    const known = questions.every(({ name }) => records.has(name));
    const answers = questions.flatMap(({ name, type }) => (type === 'A' ? (records.get(name) ?? []).map((data) => ({ type, name, ttl: 1, data })) : []));
    socket.send(encode({ type: 'response', ...(id === undefined ? {} : { id }), flags: AUTHORITATIVE_ANSWER | (known ? 0 : nameError), questions, answers }), port, address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return {
    address: `127.0.0.1:${socket.address().port}`,
    set: (name, addresses) => void records.set(name, addresses),
    close: () => new Promise((closed) => socket.close(closed)),
  };
}
