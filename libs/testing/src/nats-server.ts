import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startProcess, type TestProcess } from './child-process.ts';
import { eventually, Hopeless } from './eventually.ts';
import { freePort } from './free-port.ts';
import { toolPath } from './tool-path.ts';

/** A real nats-server with JetStream on its own port and store. */
export interface TestNatsServer {
  readonly port: number;
  readonly url: string;
  readonly storeDir: string;
  readonly pid: () => number;
  /** Ends the server at once (SIGKILL) and leaves the store in place. */
  kill(): Promise<void>;
  /** Starts it again on the same port and store. */
  restart(): Promise<void>;
  /** Ends it for good and removes the store. */
  stop(): Promise<void>;
}

/**
 * Starts a nats-server and waits until it takes connections.
 *
 * @param configuration makes the server's configuration text; by default JetStream without credentials
 */
export async function startNatsServer(
  configuration: (place: { readonly port: number; readonly storeDir: string }) => string = plainConfiguration,
): Promise<TestNatsServer> {
  const folder = mkdtempSync(join(tmpdir(), 'flotilla-nats-'));
  const storeDir = join(folder, 'store');
  const port = await freePort();
  const configPath = join(folder, 'nats.conf');
  writeFileSync(configPath, configuration({ port, storeDir }), { mode: 0o600 });
  const start = async (): Promise<TestProcess> => {
    const server = startProcess(toolPath('nats-server'), ['-c', configPath]);
    await eventually(async () => {
      if (server.ended()) throw new Hopeless(`nats-server ended:\n${server.output()}`);
      await reachable(port);
    });
    return server;
  };
  let running = await start();
  return {
    port,
    url: `nats://127.0.0.1:${port}`,
    storeDir,
    pid: () => running.pid,
    kill: () => running.stop('SIGKILL'),
    async restart() {
      await running.stop('SIGKILL');
      running = await start();
    },
    async stop() {
      await running.stop('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function plainConfiguration({ port, storeDir }: { readonly port: number; readonly storeDir: string }): string {
  return `listen: "127.0.0.1:${port}"\njetstream { store_dir: ${JSON.stringify(storeDir)} }\n`;
}

/** Resolves when the server has greeted a TCP connection, rejects otherwise. */
function reachable(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    socket.setTimeout(1000, () => socket.destroy(new Error('no greeting')));
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('closed without a greeting')));
    socket.once('data', () => {
      resolve();
      socket.destroy();
    });
  });
}
