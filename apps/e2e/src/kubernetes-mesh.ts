import { echoPorts } from '@flotilla/echo';
import { clusterServiceName, kindNamed, parseResourceKey } from '@flotilla/resources';
import { eventually } from '@flotilla/testing';
import { createApi, type Api } from './api.ts';
import { bookshopProxies, bookshopServices } from './bookshop.ts';
import { ControlPlane } from './control-plane.ts';
import { echoPod, echoService, testLabel } from './echo-pod.ts';
import { example } from './examples.ts';
import { execIn, forwardPort, kubectl, type ForwardedPort } from './kubectl.ts';
import type { Answer, Load, LoadOptions } from './load.ts';
import type { Mesh } from './mesh.ts';
import { callerProgram, RemoteCallers } from './remote-caller.ts';
import { directedApp, type AppDescription, type TestApp } from './test-app.ts';

/** What the demo runs of Flotilla itself, in the namespace `flotilla-system`. */
export const systemWorkloads = ['deployment/citadel', 'deployment/galley', 'deployment/pilot', 'deployment/mixer', 'statefulset/nats', 'deployment/istio-ingressgateway'];
/** And of the bookshop, in the namespace `default`. */
export const bookshopWorkloads = ['productpage-v1', 'details-v1', 'reviews-v1', 'reviews-v2', 'reviews-v3', 'ratings-v1'].map((name) => `deployment/${name}`);

const system = 'flotilla-system';
const networking = '/apis/networking.istio.io/v1/namespaces/default';
/** The Gateway that scenarios name, which the other forms of a mesh have from the beginning; the demo has an Ingress. */
const wayIn = example('bookinfo/bookinfo-gateway.yaml');

/** An object as the cluster took it: which one of its name it is, and how often it was changed. */
interface Taken {
  readonly uid: string;
  readonly generation: number;
}

interface Applied {
  readonly kind: string;
  readonly metadata: Taken & { readonly name: string; readonly namespace: string };
}

/** The demo on the cluster that KUBECONFIG names, which the suite has installed once for all its tests. */
export class KubernetesMesh implements Mesh {
  readonly gatewayUrl: string;
  readonly slowInstances = true;
  readonly #galley: Api;
  readonly #forwarded: readonly ForwardedPort[];
  readonly #controlPlane: ControlPlane;
  readonly #callers = new RemoteCallers((workload) => execIn(`deployment/${workload}`, workload.replace(/-v\d$/, ''), 'node', '-e', callerProgram));
  /** What `apply` has made. */
  readonly #made = new Set<string>();
  /** What Galley has yet to hear from the cluster; undefined is that a resource is gone. */
  readonly #unheard = new Map<string, Taken | undefined>();
  #attachedProxies = 0;

  /** @param forwarded ports of the gateway, Galley and Pilot, @param token for the admin APIs */
  constructor([gateway, galley, pilot]: readonly [ForwardedPort, ForwardedPort, ForwardedPort], token: string) {
    this.gatewayUrl = gateway.url;
    this.#galley = createApi(galley.url, token);
    this.#forwarded = [gateway, galley, pilot];
    this.#controlPlane = new ControlPlane(this.#galley, [createApi(pilot.url, token)], () => bookshopProxies + this.#attachedProxies);
  }

  /** Adds what scenarios take for granted, and waits until all proxies run it. */
  async begin(): Promise<void> {
    await this.#taken(wayIn);
    await this.settled();
  }

  async apply(yaml: string, { settle = true } = {}): Promise<void> {
    for (const ref of await this.#taken(yaml)) this.#made.add(ref);
    if (settle) await this.settled();
  }

  /** Has the cluster take YAML, and returns the references of what is in it. */
  async #taken(yaml: string): Promise<string[]> {
    const answer = JSON.parse(await kubectl(['apply', '-o', 'json', '-f', '-'], yaml)) as Applied | { readonly kind: 'List'; readonly items: readonly Applied[] };
    return ('items' in answer ? answer.items : [answer]).map(({ kind, metadata }) => {
      const ref = `${kind}/${metadata.namespace}/${metadata.name}`;
      this.#unheard.set(ref, metadata);
      return ref;
    });
  }

  async remove(...refs: readonly string[]): Promise<void> {
    for (const ref of refs) {
      const { kind, namespace, name } = parseResourceKey(ref);
      await kubectl(['-n', namespace, 'delete', '--ignore-not-found', `${kind}.${kindNamed(kind)?.group ?? ''}`, name]);
      this.#made.delete(ref);
      this.#unheard.set(ref, undefined);
    }
    await this.settled();
  }

  reset(): Promise<void> {
    return this.remove(...this.#made);
  }

  /** Waits until Galley has heard of all that was applied, and every proxy runs it. */
  async settled(): Promise<void> {
    for (const [ref, taken] of this.#unheard) {
      await this.#heard(ref, taken);
      this.#unheard.delete(ref);
    }
    await this.#controlPlane.settled();
  }

  async #heard(ref: string, taken: Taken | undefined): Promise<void> {
    const { kind, namespace, name } = parseResourceKey(ref);
    const { group, versions: [version], plural } = kindNamed(kind) ?? { group: '', versions: [], plural: kind };
    await eventually(async () => {
      const { status, body } = await this.#galley.get(`/apis/${group}/${version}/namespaces/${namespace}/${plural}/${name}`);
      const { uid, generation } = status === 200 ? (body as Applied).metadata : {};
      if (uid !== taken?.uid || generation !== taken?.generation) throw new Error(`Galley has ${ref} of generation ${generation}, the cluster of ${taken?.generation}`);
    });
  }

  callFrom(workload: string, url: string, headers?: Readonly<Record<string, string>>): Promise<Answer> {
    return this.#callers.get(workload, url, headers);
  }

  loadFrom(workload: string, url: string, options?: LoadOptions): Load {
    return this.#callers.load(workload, url, options);
  }

  async attach(description: AppDescription): Promise<TestApp> {
    const { app, sidecar = true } = description;
    // The bookshop has Services of its own.
    if (!bookshopServices.includes(app)) await kubectl(['apply', '-f', '-'], JSON.stringify(echoService(app)));
    const name = (await kubectl(['create', '-o', 'jsonpath={.metadata.name}', '-f', '-'], JSON.stringify(echoPod(description)))).trim();
    await kubectl(['-n', 'default', 'wait', '--for=condition=Ready', `pod/${name}`, '--timeout=120s']);
    const address = (await kubectl(['-n', 'default', 'get', 'pod', name, '-o', 'jsonpath={.status.podIP}'])).trim();
    await this.#serves(app, address, true);
    if (sidecar) this.#attachedProxies += 1;
    await this.settled();
    const control = await forwardPort('default', `pod/${name}`, echoPorts.control);
    return directedApp(name, control.url, async () => {
      await control.stop();
      if (sidecar) this.#attachedProxies -= 1;
      // It ends in its own time: nobody sends it anything any more.
      await kubectl(['-n', 'default', 'delete', 'pod', name, '--wait=false']);
      await this.#serves(app, address, false);
      await this.settled();
    });
  }

  /** Waits until Galley knows whether a pod serves the Service of `app`. */
  async #serves(app: string, address: string, does: boolean): Promise<void> {
    await eventually(async () => {
      const { status, text } = await this.#galley.get(`${networking}/serviceentries/${clusterServiceName(app)}`);
      if (status !== 200 || text.includes(`"${address}"`) !== does) throw new Error(`Galley does not know yet of ${app} at ${address}: ${text}`);
    });
  }

  /** The mesh itself goes on, for the next test. */
  async stop(): Promise<void> {
    this.#callers.end();
    await this.reset();
    await kubectl(['delete', '--ignore-not-found', '-f', '-'], wayIn);
    await removeAttached();
    for (const forwarded of this.#forwarded) await forwarded.stop();
  }
}

/** Takes away all that tests have attached; pods end in their own time. */
export async function removeAttached(): Promise<void> {
  await kubectl(['-n', 'default', 'delete', 'pods,services', '-l', testLabel, '--wait=false']);
}

/** The token of the admin APIs. */
export async function adminToken(): Promise<string> {
  const secret = await kubectl(['-n', system, 'get', 'secret', 'flotilla-admin', '-o', 'jsonpath={.data.admin\\.token}']);
  return Buffer.from(secret, 'base64').toString().trim();
}

/** The mesh that the suite has installed. */
export async function kubernetesMesh(): Promise<KubernetesMesh> {
  const ports = await Promise.all([forwardPort(system, 'service/istio-ingressgateway', 80), forwardPort(system, 'deployment/galley', 7010), forwardPort(system, 'deployment/pilot', 7020)]);
  const mesh = new KubernetesMesh(ports, await adminToken());
  await mesh.begin();
  return mesh;
}
