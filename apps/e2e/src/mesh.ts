import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { FlotillaError } from '@flotilla/errors';
import { createIdentity } from '@flotilla/identity';
import { createLogger, systemClock } from '@flotilla/runtime';
import { eventually, freePort, freePorts, Hopeless, startProcess, type TestProcess } from '@flotilla/testing';
import { createApi, type Api, type ApiAnswer } from './api.ts';
import { get, startLoad, type Answer, type Load, type LoadOptions } from './load.ts';
import { readDescription, type MeshDescription, type WorkloadDescription } from './mesh-description.ts';

const workspace = resolve(import.meta.dirname, '../../..');
const namespace = 'default';

/** How one proxy stands, as Pilot's `GET /v1/proxies` lists it. */
export interface ProxyState {
  readonly id: string;
  readonly state: string;
}

/** A server of the test itself that takes part in the mesh behind a real sidecar. */
export interface Attached {
  readonly name: string;
  readonly address: string;
  detach(): Promise<void>;
}

/** A whole local mesh, brought up by the launcher as `npm start` does, on ports and addresses of its own. */
export class Mesh {
  readonly galley: Api;
  readonly pilot: Api;
  /** All Pilots, of which that is the first, by the name of their process. */
  readonly pilots: ReadonlyMap<string, Api>;
  readonly agent: Api;
  readonly mixer: Api;
  /** The product page, and the reviews of product 0 through the same gateway. */
  readonly pageUrl: string;
  readonly reviewsUrl: string;
  readonly #home: string;
  readonly #launcher: TestProcess;
  readonly #attached = new Map<string, Attached>();
  #description: MeshDescription;
  #ownRules: ReadonlySet<string> = new Set();
  #nextAddress = 200;

  /** A mesh that has come up, with all its proxies in sync. */
  static async of(home: string, launcher: TestProcess): Promise<Mesh> {
    const mesh = new Mesh(home, launcher);
    await mesh.settled();
    mesh.#ownRules = new Set(await mesh.#rules());
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
    this.pageUrl = `${urls.gateway}/productpage`;
    this.reviewsUrl = `${urls.gateway}/api/v1/products/0/reviews`;
  }

  /** The folder of Secrets that Citadel follows. */
  get credentialsFolder(): string {
    return join(this.#home, 'credentials');
  }

  /** Applies YAML as one revision without judging the answer. */
  tryApply(yaml: string): Promise<ApiAnswer> {
    return this.galley.send('POST', '/v1/apply', yaml, 'application/yaml');
  }

  /** Applies YAML as one revision and, unless told otherwise, waits until every proxy runs it. */
  async apply(yaml: string, { settle = true } = {}): Promise<void> {
    const answer = await this.tryApply(yaml);
    if (answer.status !== 200) throw new Error(`apply answered ${answer.status}: ${answer.text}`);
    if (settle) await this.settled();
  }

  /** Applies a file of `examples/`. */
  applyExample(file: string): Promise<void> {
    return this.apply(readFileSync(join(workspace, 'examples', file), 'utf8'));
  }

  /** Deletes every rule that was not there when the mesh came up. */
  async reset(): Promise<void> {
    for (const path of await this.#rules()) if (!this.#ownRules.has(path)) await this.galley.send('DELETE', path);
    await this.settled();
  }

  /** Paths of the rules that there are. */
  async #rules(): Promise<string[]> {
    const kinds = ['networking.istio.io/v1/virtualservices', 'networking.istio.io/v1/destinationrules', 'policy.flotilla.dev/v1alpha1/denylists'];
    const paths = await Promise.all(
      kinds.map(async (kind) => {
        const base = `/apis/${kind.replace(/\/(\w+)$/, `/namespaces/${namespace}/$1`)}`;
        const list = (await this.galley.get(base)).body as { items: { metadata: { name: string } }[] };
        return list.items.map(({ metadata }) => `${base}/${metadata.name}`);
      }),
    );
    return paths.flat();
  }

  /** The proxies of a Pilot, the first one unless it is named. */
  async proxies(pilot = this.pilot): Promise<ProxyState[]> {
    const { body } = await pilot.get('/v1/proxies');
    return (body as { items: ProxyState[] }).items;
  }

  /** Waits until all Pilots have seen what Galley committed last and every workload's proxy has acknowledged it. */
  async settled(): Promise<void> {
    await eventually(
      async () => {
        const committed = (await this.galley.get('/v1/revision')).body as Record<string, number>;
        const items: ProxyState[] = [];
        for (const pilot of this.pilots.values()) {
          const { status, body } = await pilot.get('/v1/proxies');
          const { revision, items: own } = body as { revision: Record<string, number>; items: ProxyState[] };
          if (status !== 200 || JSON.stringify(revision) !== JSON.stringify(committed)) throw new Error(`Pilot is at ${JSON.stringify(revision)}, Galley at ${JSON.stringify(committed)}`);
          items.push(...own);
        }
        const expected = this.#description.workloads.length + this.#attached.size;
        if (items.length < expected) throw new Error(`${items.length} of ${expected} proxies are connected`);
        const late = items.filter((proxy) => proxy.state !== 'SYNCED');
        if (late.length > 0) throw new Error(`not in sync: ${JSON.stringify(late)}`);
      },
      { timeoutMs: 30_000 },
    );
  }

  workload(name: string): WorkloadDescription {
    const found = this.#description.workloads.find((workload) => workload.name === name);
    if (found === undefined) throw new Error(`the mesh has no workload ${name}`);
    return found;
  }

  /** One GET as the app of `workload` would make it: through its sidecar's HTTP proxy. */
  callFrom(workload: string, url: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    return get(this.#throughSidecar(workload, url), { ...headers, host: new URL(url).host });
  }

  /** The same as a steady load. */
  loadFrom(workload: string, url: string, options: LoadOptions = {}): Load {
    return startLoad(this.#throughSidecar(workload, url), { ...options, headers: { ...options.headers, host: new URL(url).host } });
  }

  /** An HTTP proxy routes by authority: the sidecar's listener with the callee's Host header does the same. */
  #throughSidecar(workload: string, url: string): string {
    const { pathname, search } = new URL(url);
    return `http://${this.workload(workload).address}:15002${pathname}${search}`;
  }

  /**
   * Runs `handler` as a new instance of the service `labels.app`, port 9080, behind a real sidecar
   * of its own, and waits until all proxies know it. The service is made if it is not there.
   */
  async attach(labels: { readonly app: string; readonly version: string }, handler: RequestListener): Promise<Attached> {
    const server = createServer({ keepAliveTimeout: 60_000 }, handler);
    const port = await freePort();
    await new Promise<void>((listening) => server.listen(port, '127.0.0.1', listening));
    const last = this.#nextAddress++;
    const address = this.workload('productpage-v1').address.replace(/\d+$/, String(last));
    const name = `${labels.app}-${labels.version}-test-${last}`;
    const isBookshop = this.#description.workloads.some((workload) => workload.labels['app'] === labels.app);
    if (!isBookshop) await this.apply(serviceEntry(labels.app), { settle: false });
    const put = await this.agent.send('PUT', `/v1/workloads/${namespace}/${name}`, {
      name, namespace, serviceAccount: 'bookinfo-reviews', type: 'sidecar', labels, address,
      ports: [{ name: 'http', number: 9080, app: `127.0.0.1:${port}` }], httpProxyPort: 15002, drainSeconds: 1,
    });
    if (put.status >= 300) throw new Error(`attach answered ${put.status}: ${put.text}`);
    const attached: Attached = {
      name,
      address,
      detach: async () => {
        this.#attached.delete(name);
        await this.agent.send('DELETE', `/v1/workloads/${namespace}/${name}`);
        await eventually(async () => {
          if ((await this.agent.get(`/v1/workloads/${namespace}/${name}`)).status !== 404) throw new Error(`${name} is still there`);
        });
        server.closeAllConnections();
        await new Promise((closed) => server.close(closed));
      },
    };
    this.#attached.set(name, attached);
    await eventually(async () => {
      const { status } = await this.galley.get(`/apis/networking.istio.io/v1/namespaces/${namespace}/workloadentries/${name}`);
      if (status !== 200) throw new Error(`${name} is not registered`);
    }, { timeoutMs: 20_000 });
    await this.settled();
    return attached;
  }

  /** The serial of the certificate that the workload's Envoy serves now. */
  async certificateSerial(workload: string): Promise<string> {
    const { body } = await this.agent.get(`/v1/workloads/${namespace}/${workload}/certs`);
    const serial = /"serial_number":\s*"([0-9a-f]+)"/.exec(JSON.stringify((body as { certificates: { cert_chain: unknown }[] }).certificates.map((certificate) => certificate.cert_chain)));
    return serial?.[1] ?? 'none';
  }

  /**
   * Asks Citadel for a certificate as an agent does.
   * @returns the code of the refusal, or `issued`
   */
  async requestCertificate({ token, spiffeId }: { readonly token: string; readonly spiffeId: string }): Promise<string> {
    const giveUp = new AbortController();
    return new Promise((resolve, reject) => {
      createIdentity({
        token,
        spiffeId,
        citadelAddress: `127.0.0.1:${this.#description.ports.csr}`,
        citadelRootPem: readFileSync(join(this.#home, 'data/citadel/root-cert.pem'), 'utf8'),
        clock: systemClock,
        logger: createLogger('impostor', { level: 'silent' }),
        signal: giveUp.signal,
        onFailure: (error) => {
          resolve(error instanceof FlotillaError ? error.code : String(error));
          giveUp.abort();
        },
      }).then((identity) => {
        identity.close();
        resolve('issued');
      }, (error: unknown) => {
        if (!giveUp.signal.aborted) reject(error instanceof Error ? error : new Error(String(error)));
      });
    });
  }

  /** The token that the mesh's own agent shows to Citadel. */
  agentToken(): string {
    return readFileSync(this.#description.agentTokenFile, 'utf8').trim();
  }

  /** Per Envoy, how often it took an update of clusters, listeners and routes. */
  async takenUpdates(): Promise<Record<string, string[]>> {
    const entries = await Promise.all(
      this.#description.workloads.map(async (workload): Promise<[string, string[]]> => {
        const { name } = workload;
        const { text } = await this.agent.get(`/v1/workloads/${workload.namespace}/${name}/stats`);
        const updates = text.split('\n').filter((line) => /^(cluster_manager\.cds|listener_manager\.lds|http\..*\.rds\..*)\.(config_reload|update_success):/.test(line));
        if (updates.length < 3) throw new Error(`the Envoy of ${name} does not count its updates`);
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

function serviceEntry(app: string): string {
  return `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: ${app}, namespace: ${namespace}}
spec:
  hosts: [${app}.${namespace}.svc.cluster.local]
  location: MESH_INTERNAL
  resolution: STATIC
  ports: [{number: 9080, name: http, protocol: HTTP}]
  workloadSelector: {labels: {app: ${app}}}`;
}

/** The launcher has a `--<name>-port` flag for each of these. */
export const portFlags = ['gateway', 'galley', 'pilot', 'mixer', 'citadel', 'agent', 'xds', 'nats', 'registry', 'csr', 'credentials', 'telemetry'];
let nextNetwork = 30 + (process.pid % 100);

/** Brings up a mesh and waits for its ready line; fails with all that it printed. */
export async function startMesh({ flags = [] }: { readonly flags?: readonly string[] } = {}): Promise<Mesh> {
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
    return await Mesh.of(home, launcher);
  } catch (error) {
    await launcher.stop('SIGINT');
    throw new Error(`the mesh did not come up; its logs are in ${join(home, 'logs')}`, { cause: error });
  }
}
