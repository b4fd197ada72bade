import type { ServiceEntry } from '@flotilla/resources';
import { records, type KubernetesObject } from './object.ts';

/** A port of a Service that a mesh can carry. */
export interface ServicePort {
  readonly number: number;
  /** As the Service has it; empty for an only port without a name. */
  readonly name: string;
  /** Where workloads listen: a number, the name of a container's port, or undefined for the port's own number. */
  readonly target: number | string | undefined;
  readonly appProtocol: string;
}

/** The TCP ports of a Service, in its order. */
export function portsOf({ spec }: KubernetesObject): ServicePort[] {
  return records(spec['ports']).flatMap(({ port, name, targetPort, appProtocol, protocol }) => {
    if (typeof port !== 'number' || (protocol !== undefined && protocol !== 'TCP')) return [];
    return [{ number: port, name: textOr(name), target: targetOf(targetPort), appProtocol: textOr(appProtocol) }];
  });
}

function targetOf(target: unknown): ServicePort['target'] {
  if (typeof target === 'number') return target === 0 ? undefined : target;
  return typeof target === 'string' && target !== '' ? target : undefined;
}

function textOr(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** The name by which a mesh knows a port, where Kubernetes may do without one. */
export function portName({ name, number }: ServicePort): string {
  return name === '' ? `port-${number}` : name;
}

/** Protocols of `appProtocol`; https://kubernetes.io/docs/concepts/services-networking/service/#application-protocol */
const appProtocols: Readonly<Record<string, string>> = {
  'kubernetes.io/h2c': 'HTTP2',
  'kubernetes.io/ws': 'HTTP',
  'kubernetes.io/wss': 'HTTPS',
};

/** Servers that speak first: looking at what the client sends would wait for ever. */
const serverFirst: ReadonlySet<number> = new Set([25, 53, 3306, 27_017]);

/** The port as a ServiceEntry has it: `appProtocol` says what is spoken, else the name's beginning does. */
export function entryPort(port: ServicePort): NonNullable<ServiceEntry['spec']['ports']>[number] {
  const { number, target, appProtocol } = port;
  const protocol = appProtocol === '' ? (serverFirst.has(number) ? 'TCP' : undefined) : (appProtocols[appProtocol] ?? appProtocol.toUpperCase());
  return {
    number,
    name: portName(port),
    ...(protocol === undefined ? {} : { protocol }),
    ...(typeof target === 'number' && target !== number ? { targetPort: target } : {}),
  };
}
