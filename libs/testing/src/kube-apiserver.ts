import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import https from 'node:https';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startProcess, type TestProcess } from './child-process.ts';
import { eventually, Hopeless } from './eventually.ts';
import { freePorts } from './free-port.ts';
import { toolPath } from './tool-path.ts';

/** A real API server of Kubernetes with an etcd of its own, and no controllers: objects stay as they are written. */
export interface TestKubeApiserver {
  /** How an administrator reaches it. */
  readonly access: { readonly server: string; readonly ca: string; readonly token: () => Promise<string>; readonly namespace: string };
  /** Breaks all connections, and lets none be made until {@link mend}; `direct` still works. */
  cut(): void;
  mend(): void;
  /** The same access, past what {@link cut} cuts. */
  readonly direct: TestKubeApiserver['access'];
  /** Ends the API server at once (SIGKILL), has etcd forget all but the newest, and starts it again. */
  restartCompacted(): Promise<void>;
  stop(): Promise<void>;
}

/** Whether `etcd` and `kube-apiserver` are on the PATH. */
export function hasKubeApiserver(): boolean {
  try {
    return [toolPath('etcd'), toolPath('kube-apiserver')].length > 0;
  } catch {
    return false;
  }
}

/** Starts etcd and kube-apiserver, and waits until the API is ready. */
export async function startKubeApiserver(): Promise<TestKubeApiserver> {
  const folder = mkdtempSync(join(tmpdir(), 'flotilla-kube-'));
  const [etcdPort = 0, peerPort = 0, apiPort = 0] = await freePorts(3);
  const etcdUrl = `http://127.0.0.1:${etcdPort}`;
  const token = randomBytes(16).toString('hex');
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048, privateKeyEncoding: { type: 'pkcs8', format: 'pem' }, publicKeyEncoding: { type: 'spki', format: 'pem' } });
  writeFileSync(join(folder, 'accounts.key'), privateKey, { mode: 0o600 });
  writeFileSync(join(folder, 'accounts.pub'), publicKey);
  writeFileSync(join(folder, 'tokens.csv'), `${token},admin,admin,system:masters\n`, { mode: 0o600 });

  const peerUrl = `http://127.0.0.1:${peerPort}`;
  const etcd = startProcess(toolPath('etcd'), [
    '--data-dir', join(folder, 'etcd'), '--unsafe-no-fsync', '--listen-client-urls', etcdUrl, '--advertise-client-urls', etcdUrl,
    '--listen-peer-urls', peerUrl, '--initial-advertise-peer-urls', peerUrl, '--initial-cluster', `default=${peerUrl}`,
  ]);
  const start = async (): Promise<TestProcess> => {
    const server = startProcess(toolPath('kube-apiserver'), [
      `--etcd-servers=${etcdUrl}`, '--bind-address=127.0.0.1', `--secure-port=${apiPort}`, `--cert-dir=${join(folder, 'certificates')}`,
      '--service-cluster-ip-range=10.96.0.0/16', '--authorization-mode=RBAC', `--token-auth-file=${join(folder, 'tokens.csv')}`,
      '--service-account-issuer=https://kubernetes.default.svc', `--service-account-key-file=${join(folder, 'accounts.pub')}`,
      `--service-account-signing-key-file=${join(folder, 'accounts.key')}`, '--disable-admission-plugins=ServiceAccount', '--profiling=false',
    ]);
    await eventually(async () => {
      if (server.ended()) throw new Hopeless(`kube-apiserver ended:\n${server.output().slice(-4_000)}`);
      await ready(apiPort, token);
    }, { timeoutMs: 60_000 });
    return server;
  };
  let running = await start();
  const gate = await openGate(apiPort);
  const access = { ca: readFileSync(join(folder, 'certificates/apiserver.crt'), 'utf8'), token: () => Promise.resolve(token), namespace: 'default' };
  return {
    access: { ...access, server: `https://127.0.0.1:${gate.port}` },
    direct: { ...access, server: `https://127.0.0.1:${apiPort}` },
    cut: () => gate.cut(),
    mend: () => gate.mend(),
    async restartCompacted() {
      await running.stop('SIGKILL');
      await compact(etcdUrl);
      running = await start();
    },
    async stop() {
      gate.close();
      await running.stop('SIGKILL');
      await etcd.stop('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Asks without looking at the certificate, which the server makes as it starts. */
function ready(port: number, token: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = https.get({ host: '127.0.0.1', port, path: '/readyz', rejectUnauthorized: false, agent: false, headers: { authorization: `Bearer ${token}` } }, (response) => {
      response.resume();
      if (response.statusCode === 200) resolve();
      else reject(new Error(`kube-apiserver is not ready: ${response.statusCode}`));
    });
    request.once('error', reject);
  });
}

async function compact(etcdUrl: string): Promise<void> {
  const post = async (path: string, body: object): Promise<unknown> => (await fetch(`${etcdUrl}${path}`, { method: 'POST', body: JSON.stringify(body) })).json();
  const { header } = (await post('/v3/maintenance/status', {})) as { header: { revision: string } };
  await post('/v3/kv/compaction', { revision: header.revision, physical: true });
}

interface Gate {
  readonly port: number;
  cut(): void;
  mend(): void;
  close(): void;
}

/** Passes connections on to a port, while it is open. */
async function openGate(target: number): Promise<Gate> {
  const sockets = new Set<Socket>();
  let open = true;
  const server: Server = createServer((client) => {
    if (!open) {
      client.destroy();
      return;
    }
    const upstream = connect(target, '127.0.0.1');
    for (const [one, other] of [[client, upstream], [upstream, client]] as const) {
      sockets.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const destroyAll = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: (server.address() as { port: number }).port,
    cut() {
      open = false;
      destroyAll();
    },
    mend() {
      open = true;
    },
    close() {
      server.close();
      destroyAll();
    },
  };
}
