import { createHash } from 'node:crypto';
import type { CaptureMode, IstioEgressListener, OutboundTrafficPolicy, Sidecar, SidecarPort } from '@flotilla/resources';
import { importedHosts, type ImportedHosts } from './imported-hosts.ts';
import { remember } from './remember.ts';

/** What leaves a workload by one port, or by all that no other listener names, and the hosts that it may be for. */
export interface EgressListener {
  /** All ports that no other listener names, when absent. */
  readonly port?: SidecarPort;
  readonly bind: string;
  readonly captureMode: CaptureMode;
  readonly hosts: ImportedHosts;
}

/** A port that is an HTTP proxy itself, or a socket of the file system (port 0): what leaves by it may be for any port of its hosts. */
export interface EgressProxy extends EgressListener {
  readonly port: SidecarPort;
  /** What its clients reach. */
  readonly egress: Egress;
}

/** What a Sidecar says of the traffic that leaves a workload. */
export interface Egress {
  /** Workloads of one namespace with equal keys see the same. */
  readonly key: string;
  /** In the order written: at most one a port, and last the one for all other ports, if there is one. */
  readonly listeners: readonly EgressListener[];
  readonly proxies: readonly EgressProxy[];
  /** What becomes of traffic for hosts that are not imported; as the mesh says when absent. */
  readonly outboundTrafficPolicy?: OutboundTrafficPolicy;
}

const everything: readonly IstioEgressListener[] = [{ hosts: ['*/*'] }];
const known = new WeakMap<Sidecar, Map<string, Egress>>();

/**
 * The egress of a Sidecar as workloads of a namespace read it: that of the Sidecar, or any where it is the
 * mesh's. One object as long as the Sidecar is the same.
 */
export function egressOf(sidecar: Sidecar, namespace: string): Egress {
  const ofNamespaces = remember(known, sidecar, () => new Map<string, Egress>());
  return remember(ofNamespaces, namespace, () => readEgress(sidecar, namespace));
}

function readEgress({ spec }: Sidecar, namespace: string): Egress {
  const written = spec.egress === undefined || spec.egress.length === 0 ? everything : spec.egress;
  const key = createHash('sha256').update(JSON.stringify([written, spec.outboundTrafficPolicy ?? null])).digest('base64url');
  const policy = spec.outboundTrafficPolicy === undefined ? {} : { outboundTrafficPolicy: spec.outboundTrafficPolicy };
  const read = ({ hosts, bind = '', captureMode = 'DEFAULT' }: IstioEgressListener) => ({ bind, captureMode, hosts: importedHosts(hosts, namespace) });
  return {
    key,
    listeners: written.filter(({ port }) => port === undefined || !isProxy(port)).map((listener) => ({ ...(listener.port === undefined ? {} : { port: listener.port }), ...read(listener) })),
    proxies: written.flatMap((listener) => {
      if (listener.port === undefined || !isProxy(listener.port)) return [];
      return [{ port: listener.port, ...read(listener), egress: { key, listeners: [read(listener)], proxies: [], ...policy } }];
    }),
    ...policy,
  };
}

function isProxy({ number, protocol }: SidecarPort): boolean {
  return !number || protocol?.toUpperCase() === 'HTTP_PROXY';
}

/** The listener by which traffic for a port leaves; none where no listener takes it. */
export function listenerAt({ listeners }: Egress, port: number): EgressListener | undefined {
  return listeners.find((listener) => listener.port?.number === port) ?? listeners.find((listener) => listener.port === undefined);
}
