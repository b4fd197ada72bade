import { createServer, type Server, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import type { Duplex } from 'node:stream';
import { createServer as createTlsServer, TLSSocket, type PSKCallbackNegotation, type SecureContextOptions } from 'node:tls';
import type { Script } from './script.ts';

const psk = Buffer.alloc(32, 'echo');

/** TLS by a key that both sides have, so that none needs certificates: what matters here is only the name asked for. */
const byKey: SecureContextOptions = { ciphers: 'PSK', maxVersion: 'TLSv1.2' };
export const clientByKey = { ...byKey, pskCallback: (): PSKCallbackNegotation => ({ psk, identity: 'echo' }), checkServerIdentity: () => undefined };

function greeter(protocol: 'tcp' | 'tls', name: string, script: Script): (socket: Socket) => void {
  return (socket) => {
    const path = socket instanceof TLSSocket && typeof socket.servername === 'string' ? socket.servername : '';
    script.next({ protocol, method: '', path, headers: {}, body: '' });
    greet(name, socket);
  };
}

/** Says `name` on a line, then gives back what comes. */
export function greet(name: string, socket: Duplex): void {
  socket.on('error', () => undefined);
  socket.write(`${name}\n`);
  socket.pipe(socket);
}

/** TCP that says its name on a line, then gives back what it is sent. */
export function createTcp(name: string, script: Script): Server {
  return createServer(greeter('tcp', name, script));
}

/** The same by TLS; what it was asked has the name asked for as `path`. */
export function createTls(name: string, script: Script): Server {
  return createTlsServer({ ...byKey, pskCallback: () => psk }, greeter('tls', name, script));
}

/** Hears who is at the other end, says `messages` as lines, each when a line came back, and hangs up unless it is to `stay`. */
export function overSocket(socket: Duplex, messages: readonly string[] = [], stay = false): Promise<{ readonly status: number; readonly body: string; readonly messages: readonly string[] }> {
  return new Promise((resolve, reject) => {
    const lines: string[] = [];
    socket.on('timeout', () => socket.destroy(new Error('no answer in time')));
    socket.on('close', () => {
      const [body, ...received] = lines;
      if (body === undefined) reject(new Error('closed without a word'));
      else resolve({ status: 200, body, messages: received });
    });
    createInterface({ input: socket }).on('error', reject).on('line', (line) => {
      lines.push(line);
      const message = messages[lines.length - 1];
      if (message !== undefined) socket.write(`${message}\n`);
      else if (!stay) socket.destroy();
    });
  });
}
