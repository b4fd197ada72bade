import type { Container, Hook, HttpGet, Pod, Probe } from './pod.ts';

/** How the agent makes a probe in the application's stead. */
export interface AppProbe {
  readonly httpGet?: HttpGet;
  readonly tcpSocket?: { readonly port: number; readonly host?: string };
  readonly grpc?: { readonly port: number; readonly service?: string };
  readonly timeoutSeconds?: number;
}

/** Probes by the path at which the agent answers for them. */
export type AppProbes = Readonly<Record<string, AppProbe>>;

const kinds = [
  ['livenessProbe', 'livez'],
  ['readinessProbe', 'readyz'],
  ['startupProbe', 'startupz'],
] as const;
const hooks = [
  ['postStart', 'poststartz'],
  ['preStop', 'prestopz'],
] as const;

/**
 * Lets the agent make the probes of an application: the kubelet has no certificate of the mesh, so it asks the agent at
 * `/app-health/<container>/<probe>`. What runs inside of a container stays with the kubelet, and so does a probe of the agent itself.
 *
 * @returns the pod, and what the agent must know
 */
export function rewriteProbes(pod: Pod, statusPort: number): { readonly pod: Pod; readonly probes: AppProbes } {
  const probes: Record<string, AppProbe> = {};
  const rewritten = (container: Container): Container => {
    const result = { ...container };
    for (const [field, name] of kinds) {
      const probe = container[field];
      const moved = probe === undefined ? undefined : movedProbe(probe, container, `/app-health/${container.name}/${name}`, statusPort, probes);
      if (moved !== undefined) result[field] = moved;
    }
    const lifecycle = { ...container.lifecycle };
    for (const [field, name] of hooks) {
      const hook = lifecycle[field];
      const moved = hook === undefined ? undefined : movedProbe(hook, container, `/app-lifecycle/${container.name}/${name}`, statusPort, probes);
      if (moved !== undefined) lifecycle[field] = moved;
    }
    return container.lifecycle === undefined ? result : { ...result, lifecycle };
  };
  return {
    pod: {
      ...pod,
      spec: {
        ...pod.spec,
        containers: pod.spec.containers.map(rewritten),
        // Only those that stay have probes.
        ...(pod.spec.initContainers === undefined ? {} : { initContainers: pod.spec.initContainers.map((container) => (container.restartPolicy === 'Always' ? rewritten(container) : container)) }),
      },
    },
    probes,
  };
}

function movedProbe<T extends Probe | Hook>(probe: T, container: Container, path: string, statusPort: number, probes: Record<string, AppProbe>): T | undefined {
  const { httpGet, tcpSocket, grpc, ...rest } = probe as Probe;
  const timeout = rest.timeoutSeconds === undefined ? {} : { timeoutSeconds: rest.timeoutSeconds };
  const said = httpGet ?? tcpSocket ?? grpc;
  const port = said === undefined ? undefined : portNumber(said.port, container);
  if (port === undefined || port === statusPort) return undefined;
  if (httpGet !== undefined) probes[path] = { httpGet: { ...httpGet, port }, ...timeout };
  else if (tcpSocket !== undefined) probes[path] = { tcpSocket: { ...tcpSocket, port }, ...timeout };
  else if (grpc !== undefined) probes[path] = { grpc: { ...grpc, port }, ...timeout };
  return { ...rest, httpGet: { path, port: statusPort } } as unknown as T;
}

/** The number of a port that may be named by its container; undefined for a name that no port has. */
function portNumber(port: number | string, { ports = [] }: Container): number | undefined {
  return typeof port === 'number' ? port : (ports.find(({ name }) => name === port)?.containerPort ?? (/^\d+$/.test(port) ? Number(port) : undefined));
}
