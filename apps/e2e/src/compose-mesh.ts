import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { echoPorts } from '@flotilla/echo';
import { eventually } from '@flotilla/testing';
import { createApi, type Api } from './api.ts';
import { bookshopProxies, bookshopServices } from './bookshop.ts';
import { Compose, docker, imageOf } from './compose.ts';
import { ControlPlane } from './control-plane.ts';
import type { Answer, Load, LoadOptions } from './load.ts';
import type { Mesh } from './mesh.ts';
import { callerProgram, RemoteCallers } from './remote-caller.ts';
import { directedApp, type AppDescription, type TestApp } from './test-app.ts';
import { servedPorts, serviceEntry, workloadEntry } from './test-service.ts';

/** Variables by which the suite tells its tests which project runs, and where its files are. */
export const composeProject = { name: 'FLOTILLA_COMPOSE_PROJECT', folder: 'FLOTILLA_COMPOSE_FOLDER' } as const;

let attachedSoFar = 0;

/** The mesh of docker-compose.yml, which the suite has brought up once for all its tests. */
export class ComposeMesh implements Mesh {
  readonly compose: Compose;
  readonly galley: Api;
  readonly pilot: Api;
  readonly gatewayUrl: string;
  readonly slowInstances = true;
  readonly #folder: string;
  readonly #scratch = mkdtempSync(join(tmpdir(), 'flotilla-compose-'));
  readonly #controlPlane: ControlPlane;
  readonly #callers = new RemoteCallers((workload) => {
    const service = workload.startsWith('reviews') ? workload : workload.replace(/-v1$/, '');
    return this.compose.exec(`${service}-app`, 'node', '-e', callerProgram);
  });
  #attachedProxies = 0;
  /** Takes away each of what tests have attached and not taken away themselves. */
  readonly #attached = new Set<() => Promise<void>>();
  /** Services that were made for it. */
  readonly #services = new Set<string>();

  constructor(compose: Compose, folder: string, { galley, pilot, gatewayUrl }: { readonly galley: Api; readonly pilot: Api; readonly gatewayUrl: string }) {
    this.compose = compose;
    this.#folder = folder;
    this.galley = galley;
    this.pilot = pilot;
    this.gatewayUrl = gatewayUrl;
    this.#controlPlane = new ControlPlane(galley, [pilot], () => bookshopProxies + this.#attachedProxies);
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

  /** Waits until every proxy runs what Galley committed last. */
  settled(): Promise<void> {
    return this.#controlPlane.settled();
  }

  callFrom(workload: string, url: string, headers?: Readonly<Record<string, string>>): Promise<Answer> {
    return this.#callers.get(workload, url, headers);
  }

  loadFrom(workload: string, url: string, options?: LoadOptions): Load {
    return this.#callers.load(workload, url, options);
  }

  async attach({ app, version, sidecar = true, labels: more = {}, locality }: AppDescription): Promise<TestApp> {
    const name = `${app}-${version}-test-${++attachedSoFar}`;
    const labels = { app, version, ...more };
    const ofBookshop = bookshopServices.includes(app);
    const services = sidecar ? this.#meshed(name, app, labels, ofBookshop) : { [name]: { ...echo(name), ports: [controlPort], networks: { default: { aliases: [app] } } } };
    const file = join(this.#scratch, `${name}.json`);
    writeFileSync(file, JSON.stringify({ services }));
    const compose = new Compose(this.compose.project, this.#folder, [file]);
    let counted = false;
    const detach = async (): Promise<void> => {
      this.#attached.delete(detach);
      // The proxy first, so that it can take leave while its network is there.
      if (sidecar) await compose.run('stop', `${name}-proxy`);
      if (counted) this.#attachedProxies -= 1;
      await (sidecar ? this.#unregistered(name) : this.remove(`WorkloadEntry/default/${name}`));
      await this.settled();
      await compose.run('rm', '-sf', ...Object.keys(services));
    };
    // From the start: what does not come up has to go as well.
    this.#attached.add(detach);
    if (!ofBookshop) {
      this.#services.add(`ServiceEntry/default/${app}`);
      await this.#add(serviceEntry(app));
    }
    await compose.run('up', '-d', '--no-deps', '--no-build', '--wait', ...Object.keys(services));
    if (sidecar) {
      this.#attachedProxies += 1;
      counted = true;
    } else {
      const [container = ''] = await compose.containers(name);
      const address = await docker('inspect', '-f', '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}', container);
      await this.#add(workloadEntry({ name, address, labels, ...(locality === undefined ? {} : { locality }) }));
    }
    await this.settled();
    return directedApp(name, await compose.url(name, echoPorts.control), detach);
  }

  /** Waits until the agent of a workload has taken leave. */
  async #unregistered(workload: string): Promise<void> {
    await eventually(async () => {
      if ((await this.galley.get(`/apis/networking.istio.io/v1/namespaces/default/workloadentries/${workload}`)).status !== 404) throw new Error(`${workload} is still registered`);
    }, { timeoutMs: 60_000 });
  }

  /** Not by `apply`: these are no rules of the test's, which a reset takes away. */
  async #add(yaml: string): Promise<void> {
    const { status, text } = await this.#controlPlane.tryApply(yaml);
    if (status !== 200) throw new Error(`attach answered ${status}: ${text}`);
  }

  /** An application in the mesh as docs/compose.md has it. */
  #meshed(name: string, app: string, labels: Readonly<Record<string, string>>, ofBookshop: boolean): Record<string, object> {
    const from = (service: string) => ({ extends: { file: join(this.#folder, 'docker/workload.yml'), service } });
    const ports = ofBookshop ? (['http'] as const) : servedPorts;
    return {
      [name]: { ...from('network'), healthcheck: quickly, stop_grace_period: '0s', networks: { default: { aliases: [app] } }, ports: [controlPort], environment: { FLOTILLA_EXCLUDE_INBOUND_PORTS: String(echoPorts.control) } },
      [`${name}-proxy`]: {
        ...from('proxy'),
        healthcheck: quickly,
        network_mode: `service:${name}`,
        volumes: ['root:/var/run/flotilla:ro', 'identity-reviews:/credentials:ro'],
        environment: {
          FLOTILLA_WORKLOAD_NAME: name,
          FLOTILLA_WORKLOAD_SERVICE_ACCOUNT: 'bookinfo-reviews',
          FLOTILLA_WORKLOAD_LABELS: Object.entries(labels).map(([key, value]) => `${key}=${value}`).join(','),
          FLOTILLA_WORKLOAD_PORTS: ports.map((port) => `${port}:${echoPorts[port]}`).join(','),
          FLOTILLA_WORKLOAD_DRAIN_SECONDS: '1',
        },
      },
      [`${name}-app`]: { ...echo(name), network_mode: `service:${name}` },
    };
  }

  /** The mesh itself goes on, for the next test, as it was before this one. */
  async stop(): Promise<void> {
    this.#callers.end();
    await Promise.all([...this.#attached].map((detach) => detach()));
    await this.remove(...this.#services);
    await this.reset();
    rmSync(this.#scratch, { recursive: true, force: true });
  }
}

const controlPort = `127.0.0.1::${echoPorts.control}`;

/** How often a container of a test is asked for its health: each is waited for, and none is there for long. */
const quickly = { interval: '500ms', timeout: '10s', retries: 240 };

function echo(name: string): object {
  return { image: imageOf('echo'), environment: { SERVICE_NAME: name }, healthcheck: { test: ['CMD', 'healthy', String(echoPorts.control), '/asked'], ...quickly }, stop_grace_period: '0s' };
}

/** The mesh that the suite has brought up. */
export async function composeMesh(): Promise<ComposeMesh> {
  const { [composeProject.name]: project, [composeProject.folder]: folder } = process.env;
  if (project === undefined || folder === undefined) throw new Error('no mesh of containers is up: run this by npm run test:compose');
  const compose = new Compose(project, folder);
  const token = await compose.run('exec', '-T', 'galley', 'cat', '/credentials/admin.token');
  const [galley, pilot, gatewayUrl] = await Promise.all([compose.url('admin', 7010), compose.url('admin', 7020), compose.url('ingressgateway', 8080)]);
  const mesh = new ComposeMesh(compose, folder, { galley: createApi(galley, token), pilot: createApi(pilot, token), gatewayUrl });
  await mesh.settled();
  return mesh;
}
