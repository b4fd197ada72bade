import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { echoPorts, startEcho } from '@flotilla/echo';
import type { IdentityCertificates } from '@flotilla/identity';
import { eventually, freePorts, Hopeless, startProcess, type TestProcess } from '@flotilla/testing';
import { certificateFrom } from './certificate-from.ts';
import { createApi, type Api, type ApiAnswer } from './api.ts';
import { ControlPlane, type ProxyState } from './control-plane.ts';
import { get, startLoad, type Answer, type Load, type LoadOptions } from './load.ts';
import { readDescription, type MeshDescription, type WorkloadDescription } from './mesh-description.ts';
import type { Mesh } from './mesh.ts';
import { directedApp, type AppDescription, type TestApp } from './test-app.ts';
import { servedPorts, serviceEntry, workloadEntry } from './test-service.ts';

const workspace = resolve(import.meta.dirname, '../../..');
const namespace = 'default';
const httpProxyPort = 15_002;

/** Where an application behind a sidecar listens: past the ports that the sidecar has on the same address. */
const appPorts = { ...echoPorts, http: 19_080, http2: 19_081, grpc: 19_082, tcp: 19_083, tls: 19_443 };

/** A whole local mesh, brought up by the launcher as `npm start` does, on ports and addresses of its own. */
export class ProcessMesh implements Mesh {
  readonly galley: Api;
  readonly pilot: Api;
  /** All Pilots, of which that is the first, by the name of their process. */
  readonly pilots: ReadonlyMap<string, Api>;
  readonly agent: Api;
  readonly mixer: Api;
  readonly gatewayUrl: string;
  readonly #home: string;
  readonly #launcher: TestProcess;
  /** Proxies that there are beside those of the bookshop. */
  #attachedProxies = 0;
  readonly #controlPlane: ControlPlane;
  #description: MeshDescription;
  #nextAddress = 200;

  /** A mesh that has come up, with all its proxies in sync. */
  static async of(home: string, launcher: TestProcess): Promise<ProcessMesh> {
    const mesh = new ProcessMesh(home, launcher);
    await mesh.settled();
    return mesh;
  }

  private constructor(home: string, launcher: TestProcess) {
    this.#home = home;
    this.#launcher = launcher;
    this.#description = readDescription(home);
    const { urls } = this.#description;
    const token = readFileSync(this.#description.tokenFile, 'utf8').trim();
    this.galley = createApi(urls.galley, token);
    this.pilot = createApi(urls.pilot, token);
    this.pilots = new Map(Object.entries(urls).filter(([name]) => name.startsWith('pilot')).map(([name, url]) => [name, createApi(url, token)]));
    this.agent = createApi(urls.agent, token);
    this.mixer = createApi(urls.mixer, token);
    this.gatewayUrl = urls.gateway;
    this.#controlPlane = new ControlPlane(this.galley, [...this.pilots.values()], () => this.#description.workloads.length + this.#attachedProxies);
  }

  /** The folder of Secrets that Citadel follows. */
  get credentialsFolder(): string {
    return join(this.#home, 'credentials');
  }

  /** Applies YAML as one revision without judging the answer. */
  tryApply(yaml: string): Promise<ApiAnswer> {
    return this.#controlPlane.tryApply(yaml);
  }

  apply(yaml: string, options?: { readonly settle?: boolean }): Promise<void> {
    return this.#controlPlane.apply(yaml, options);
  }

  remove(...refs: readonly string[]): Promise<void> {
    return this.#controlPlane.remove(...refs);
  }

  reset(): Promise<void> {
    return this.#controlPlane.reset();
  }

  /** The proxies of a Pilot, the first one unless it is named. */
  async proxies(pilot = this.pilot): Promise<ProxyState[]> {
    const { body } = await pilot.get('/v1/proxies');
    return (body as { items: ProxyState[] }).items;
  }

  /** Waits until all Pilots have seen what Galley committed last and every workload's proxy has acknowledged it. */
  settled(): Promise<void> {
    return this.#controlPlane.settled();
  }

  workload(name: string): WorkloadDescription {
    const found = this.#description.workloads.find((workload) => workload.name === name);
    if (found === undefined) throw new Error(`the mesh has no workload ${name}`);
    return found;
  }

  callFrom(workload: string, url: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    return get(this.#throughSidecar(workload, url), { ...headers, host: new URL(url).host });
  }

  loadFrom(workload: string, url: string, options: LoadOptions = {}): Load {
    return startLoad(this.#throughSidecar(workload, url), { ...options, headers: { ...options.headers, host: new URL(url).host } });
  }

  /** An HTTP proxy routes by authority: the sidecar's listener with the callee's Host header does the same. */
  #throughSidecar(workload: string, url: string): string {
    const { pathname, search } = new URL(url);
    return `http://${this.workload(workload).address}:${httpProxyPort}${pathname}${search}`;
  }

  async attach({ app, version, sidecar = true, labels: more = {}, locality, network }: AppDescription): Promise<TestApp> {
    const address = this.#freeAddress();
    const name = `${app}-${version}-test-${address.split('.').at(-1)}`;
    const labels = { app, version, ...more };
    const echo = await startEcho({ name, host: address, ...(sidecar ? { ports: appPorts, proxy: `${address}:${httpProxyPort}` } : { ports: echoPorts }) });
    const ofBookshop = this.#description.workloads.some((workload) => workload.labels['app'] === app);
    const entry = sidecar ? '' : workloadEntry({ name, address, labels, ...(locality === undefined ? {} : { locality }) });
    // Not by `apply`: these are no rules of the test's, which a reset takes away.
    for (const yaml of [ofBookshop ? '' : serviceEntry(app), entry].filter((text) => text !== '')) {
      const { status, text } = await this.tryApply(yaml);
      if (status !== 200) throw new Error(`attach answered ${status}: ${text}`);
    }
    if (sidecar) {
      const ports = (ofBookshop ? (['http'] as const) : servedPorts).map((port) => ({ name: port, number: echoPorts[port], app: `${address}:${appPorts[port]}` }));
      await this.#addProxy({ name, address, labels, type: 'sidecar', httpProxyPort, ports, ...(locality === undefined ? {} : { locality }), ...(network === undefined ? {} : { network }) });
      await eventually(async () => {
        const { status } = await this.galley.get(`/apis/networking.istio.io/v1/namespaces/${namespace}/workloadentries/${name}`);
        if (status !== 200) throw new Error(`${name} is not registered`);
      }, { timeoutMs: 20_000 });
    }
    await this.settled();
    return directedApp(name, `http://${address}:${echo.ports.control}`, async () => {
      if (sidecar) await this.#removeProxy(name);
      else await this.remove(`WorkloadEntry/${namespace}/${name}`);
      await echo.close();
    }, { address, egressAddress: address.replace(/\d+(?=\.\d+$)/, '1') });
  }

  /** Runs one more gateway, in the namespace `default` and with an identity that no attached application has; its listeners bind the address that it has. */
  async attachGateway({ name, ...more }: { readonly name: string; readonly labels: Readonly<Record<string, string>>; readonly network: string }): Promise<{ readonly address: string; detach(): Promise<void> }> {
    const address = this.#freeAddress();
    await this.#addProxy({ name, address, type: 'gateway', serviceAccount: 'bookinfo-details', ports: [], ...more });
    await this.settled();
    return { address, detach: () => this.#removeProxy(name) };
  }

  #freeAddress(): string {
    return this.workload('productpage-v1').address.replace(/\d+$/, String(this.#nextAddress++));
  }

  /** Has the agent run an Envoy for a workload. */
  async #addProxy(workload: { readonly name: string } & Readonly<Record<string, unknown>>): Promise<void> {
    const { status, text } = await this.agent.send('PUT', `/v1/workloads/${namespace}/${workload.name}`, { namespace, serviceAccount: 'bookinfo-reviews', drainSeconds: 1, ...workload });
    if (status >= 300) throw new Error(`attach answered ${status}: ${text}`);
    this.#attachedProxies += 1;
  }

  async #removeProxy(name: string): Promise<void> {
    this.#attachedProxies -= 1;
    await this.agent.send('DELETE', `/v1/workloads/${namespace}/${name}`);
    await eventually(async () => {
      if ((await this.agent.get(`/v1/workloads/${namespace}/${name}`)).status !== 404) throw new Error(`${name} is still there`);
    });
  }

  /** The serial of the certificate that the workload's Envoy serves now. */
  async certificateSerial(workload: string): Promise<string> {
    const { body } = await this.agent.get(`/v1/workloads/${namespace}/${workload}/certs`);
    const serial = /"serial_number":\s*"([0-9a-f]+)"/.exec(JSON.stringify((body as { certificates: { cert_chain: unknown }[] }).certificates.map((certificate) => certificate.cert_chain)));
    return serial?.[1] ?? 'none';
  }

  /**
   * A certificate for an identity, asked for as an agent does.
   * @param token the agent's, unless told otherwise
   * @throws Citadel's refusal
   */
  certificateFor(spiffeId: string, token = this.agentToken()): Promise<IdentityCertificates> {
    const citadelRootPem = readFileSync(join(this.#home, 'data/citadel/root-cert.pem'), 'utf8');
    return certificateFrom({ citadelAddress: `127.0.0.1:${this.#description.ports.csr}`, citadelRootPem, token, spiffeId });
  }

  /** The token that the mesh's own agent shows to Citadel. */
  agentToken(): string {
    return readFileSync(this.#description.agentTokenFile, 'utf8').trim();
  }

  /** Per Envoy, how often it took an update of clusters and listeners, and when of each route table. */
  async takenUpdates(): Promise<Record<string, string[]>> {
    const entries = await Promise.all(
      this.#description.workloads.map(async (workload): Promise<[string, string[]]> => {
        const { name } = workload;
        const page = `/v1/workloads/${workload.namespace}/${name}`;
        const [{ text }, { body }] = await Promise.all([this.agent.get(`${page}/stats`), this.agent.get(`${page}/config_dump?resource=dynamic_route_configs`)]);
        const updates = text.split('\n').filter((line) => /^(cluster_manager\.cds|listener_manager\.lds)\.(config_reload|update_success):/.test(line));
        const routes = (body as { readonly configs: readonly { readonly route_config: { readonly name: string }; readonly last_updated: string }[] }).configs;
        for (const { route_config: { name: table }, last_updated } of routes) updates.push(`${table} at ${last_updated}`);
        if (updates.length < 3) throw new Error(`the Envoy of ${name} does not tell of its updates`);
        updates.sort();
        return [name, updates];
      }),
    );
    return Object.fromEntries(entries);
  }

  /** kill -9 of control-plane processes, all at the same moment. */
  async kill(services: readonly string[]): Promise<void> {
    this.#description = readDescription(this.#home);
    for (const service of services) process.kill(this.#pid(service), 'SIGKILL');
    await Promise.resolve();
  }

  /** Waits until the launcher has brought the killed services back and they are ready. */
  async returned(services: readonly string[]): Promise<void> {
    const killed = new Map(services.map((service) => [service, this.#pid(service)]));
    await eventually(
      async () => {
        this.#description = readDescription(this.#home);
        for (const [service, pid] of killed) {
          if (this.#pid(service) === pid) throw new Error(`${service} is not back`);
          const url = this.#description.urls[service];
          if (url !== undefined && (await fetch(`${url}/readyz`)).status !== 200) throw new Error(`${service} is not ready`);
        }
      },
      { timeoutMs: 60_000 },
    );
  }

  #pid(service: string): number {
    const pid = this.#description.pids[service];
    if (pid === undefined) throw new Error(`the mesh runs no ${service}`);
    return pid;
  }

  /** Where things are, for tests that talk to a part directly. */
  get description(): MeshDescription {
    return this.#description;
  }

  /** Ctrl-C, and the end of every process. */
  async stop(): Promise<void> {
    await this.#launcher.stop('SIGINT');
    rmSync(this.#home, { recursive: true, force: true });
  }
}

/** The launcher has a `--<name>-port` flag for each of these. */
export const portFlags = ['gateway', 'galley', 'pilot', 'mixer', 'citadel', 'agent', 'xds', 'nats', 'registry', 'csr', 'credentials', 'telemetry'];
let nextNetwork = 30 + (process.pid % 100);

/** Brings up a mesh and waits for its ready line; fails with all that it printed. */
export async function startProcessMesh({ flags = [] }: { readonly flags?: readonly string[] } = {}): Promise<ProcessMesh> {
  const home = mkdtempSync(join(tmpdir(), 'flotilla-mesh-'));
  const ports = await freePorts(portFlags.length);
  const launcher = startProcess(process.execPath, [
    join(workspace, 'tools/launcher/main.ts'),
    ...['--home', home, '--addresses', `127.${nextNetwork++}.0.0`],
    ...portFlags.flatMap((name, index) => [`--${name}-port`, String(ports[index])]),
    ...flags,
  ]);
  try {
    await eventually(
      () => {
        if (launcher.ended()) throw new Hopeless(`the launcher ended:\n${launcher.output()}`);
        if (!launcher.output().includes('Flotilla is ready')) throw new Error(`no ready line yet:\n${launcher.output()}`);
      },
      { timeoutMs: 90_000 },
    );
    return await ProcessMesh.of(home, launcher);
  } catch (error) {
    await launcher.stop('SIGINT');
    throw new Error(`the mesh did not come up; its logs are in ${join(home, 'logs')}`, { cause: error });
  }
}
