import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createIdentity, type Identity } from '@flotilla/identity';
import { issueToken, tokenKeyOf } from '@flotilla/pki';
import { createLogger, systemClock } from '@flotilla/runtime';
import { eventually, freePorts, startProcess, toolPath, type TestProcess } from '@flotilla/testing';
import { readRecord } from '../process-record.ts';
import { signalProcess } from '../running-envoy.ts';

const apps = resolve(import.meta.dirname, '../../..');

/** A real Citadel with what is needed to talk to it, and a folder for everything. */
export interface TestMesh {
  readonly folder: string;
  readonly citadelAddress: string;
  readonly rootFile: string;
  /** A file with a token for these identities. */
  tokenFile(name: string, identities: readonly string[]): Promise<string>;
  /** An identity of its own, kept valid until the mesh stops. */
  identity(spiffeId: string): Promise<Identity>;
  /** Flags of an agent in this mesh, without those for its own ports and workloads. */
  startAgent(flags: Readonly<Record<string, string>>): Promise<TestAgent>;
  stop(): Promise<void>;
}

export interface TestAgent {
  readonly process: TestProcess;
  /** JSON of a GET from its admin API. */
  get(path: string): Promise<{ readonly status: number; readonly body: unknown }>;
  send(method: 'PUT' | 'DELETE' | 'POST', path: string, body?: unknown): Promise<{ readonly status: number; readonly body: unknown }>;
}

const logger = createLogger('test', { level: 'silent' });

/** Starts Citadel, whose certificates live for `certificateLifetime`. */
export async function startTestMesh({ certificateLifetime = '1h' } = {}): Promise<TestMesh> {
  const folder = mkdtempSync(join(tmpdir(), 'flotilla-agent-'));
  const secret = randomBytes(32).toString('hex');
  const keyFile = join(folder, 'identity.key');
  writeFileSync(keyFile, secret, { mode: 0o600 });
  const [port = 0, adminPort = 0] = await freePorts(2);
  const processes: TestProcess[] = [];
  const identities: Identity[] = [];
  const citadel = startApp('citadel', { port, adminPort, credentialsPort: 0, dataDir: join(folder, 'citadel'), tokenKeyFile: keyFile, certificateLifetime });
  processes.push(citadel);
  await ready(citadel, adminPort);
  const citadelAddress = `127.0.0.1:${port}`;
  const rootFile = join(folder, 'citadel', 'root-cert.pem');
  const tokenFor = (ids: readonly string[]): Promise<string> => issueToken(tokenKeyOf(secret), { subject: 'agent', identities: ids }, { nowMs: Date.now(), lifetimeMs: 3_600_000 });
  return {
    folder,
    citadelAddress,
    rootFile,
    async tokenFile(name, ids) {
      const path = join(folder, `${name}.token`);
      writeFileSync(path, await tokenFor(ids), { mode: 0o600 });
      return path;
    },
    async identity(spiffeId) {
      const identity = await createIdentity({
        citadelAddress, citadelRootPem: readFileSync(rootFile, 'utf8'), token: await tokenFor([spiffeId]), spiffeId, clock: systemClock, logger,
      });
      identities.push(identity);
      return identity;
    },
    async startAgent(flags) {
      const [agentPort = 0] = await freePorts(1);
      const agent = startApp('agent', {
        adminPort: agentPort, citadelAddress, citadelRootFile: rootFile, envoy: toolPath('envoy'), runDir: join(folder, 'run'), logDir: join(folder, 'logs'), ...flags,
      });
      processes.push(agent);
      await eventually(async () => {
        if (agent.ended()) throw new Error(agent.output());
        await fetch(`http://127.0.0.1:${agentPort}/healthz`);
      });
      const call = async (method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }> => {
        const response = await fetch(`http://127.0.0.1:${agentPort}${path}`, { method, ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }) });
        const text = await response.text();
        return { status: response.status, body: text.startsWith('{') ? (JSON.parse(text) as unknown) : text };
      };
      return { process: agent, get: (path) => call('GET', path), send: call };
    },
    async stop() {
      for (const identity of identities) identity.close();
      for (const process of processes.reverse()) await process.stop('SIGTERM');
      // A test that failed half way may have killed an agent that had no successor.
      for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('process.json'))) {
        const record = await readRecord(join(folder, file));
        if (record !== undefined) signalProcess(record, 'SIGKILL');
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function startApp(name: string, flags: Readonly<Record<string, string | number>>): TestProcess {
  const args = Object.entries(flags).flatMap(([property, value]) => [`--${property.replace(/[A-Z]/g, (capital) => `-${capital.toLowerCase()}`)}`, String(value)]);
  return startProcess(process.execPath, [join(apps, name, 'src/main.ts'), ...args]);
}

async function ready(process: TestProcess, adminPort: number): Promise<void> {
  await eventually(async () => {
    if (process.ended()) throw new Error(process.output());
    if ((await fetch(`http://127.0.0.1:${adminPort}/readyz`)).status !== 200) throw new Error('not ready');
  });
}
