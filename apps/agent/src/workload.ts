import type { DefaultProxyConfig } from '@flotilla/resources';
import { Type, type Static } from '@flotilla/runtime';

/** Kubernetes' form of a name. */
const name = Type.String({ pattern: '^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$' });
const port = Type.Integer({ minimum: 1, maximum: 65535 });

/** One workload beside which the agent runs an Envoy, as users write it. */
export const workloadSchema = Type.Object(
  {
    name,
    namespace: Type.Optional(name),
    serviceAccount: Type.Optional(name),
    /** A sidecar stands beside one application; a gateway has only the listeners of Gateway resources. */
    type: Type.Optional(Type.Enum(['sidecar', 'gateway'])),
    labels: Type.Optional(Type.Record(Type.String(), Type.String())),
    /** The IP address that its Envoy listens on and calls from. */
    address: Type.String(),
    /** Its further addresses, where its connections are intercepted. */
    moreAddresses: Type.Optional(Type.Array(Type.String())),
    /** Whether all connections of its network namespace go through its Envoy, or only those that are made to it. */
    interception: Type.Optional(Type.Enum(['NONE', 'REDIRECT'])),
    /** What it serves under its address, and where its application listens for that. */
    ports: Type.Optional(Type.Array(Type.Object({ name, number: port, app: Type.Optional(Type.String()) }, { additionalProperties: false }))),
    /** Where the application sends its own requests, as to an HTTP proxy; sidecars only. */
    httpProxyPort: Type.Optional(port),
    /** The address that the listeners of Gateway resources bind, where it is not the workload's own; gateways only. */
    bind: Type.Optional(Type.String()),
    /** Where it is, `region/zone/subzone`, as much as is known; where the agent is when absent. */
    locality: Type.Optional(Type.String({ minLength: 1 })),
    /** The network its address is one of; the agent's when absent. */
    network: Type.Optional(Type.String({ minLength: 1 })),
    /** Its share among the endpoints of its services. */
    weight: Type.Optional(Type.Integer({ minimum: 1, maximum: 4294967295 })),
    /** The WorkloadGroup of its namespace that says what is not said here. */
    group: Type.Optional(name),
    /** What it belongs to, by which telemetry names it; its own name when absent. */
    owner: Type.Optional(name),
    /** How its Envoy is run, over what the mesh and its namespace say. */
    proxyConfig: Type.Optional(Type.Unsafe<DefaultProxyConfig>(Type.Object({}, { additionalProperties: true }))),
    /** How long its Envoy may finish what it is at when it is stopped. */
    drainSeconds: Type.Optional(Type.Number({ minimum: 0, maximum: 3600 })),
  },
  { additionalProperties: false },
);

/** A workload as it was written. */
export type WorkloadDocument = Static<typeof workloadSchema>;

/** A workload with everything that was left out filled in. */
export interface Workload {
  readonly name: string;
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly type: 'sidecar' | 'gateway';
  readonly labels: Readonly<Record<string, string>>;
  readonly address: string;
  readonly moreAddresses: readonly string[];
  readonly interception: 'NONE' | 'REDIRECT';
  readonly ports: readonly WorkloadPort[];
  readonly httpProxyPort?: number;
  readonly bind?: string;
  readonly locality?: string;
  readonly network?: string;
  readonly weight?: number;
  readonly group?: string;
  readonly owner?: string;
  readonly proxyConfig?: DefaultProxyConfig;
  readonly drainSeconds?: number;
}

export interface WorkloadPort {
  readonly name: string;
  readonly number: number;
  readonly app?: string;
}

/** What is meant where nothing is written. */
export function withDefaults(document: WorkloadDocument): Workload {
  return {
    ...document,
    namespace: document.namespace ?? 'default',
    serviceAccount: document.serviceAccount ?? 'default',
    type: document.type ?? 'sidecar',
    labels: document.labels ?? {},
    ports: document.ports ?? [],
    moreAddresses: document.moreAddresses ?? [],
    interception: document.interception ?? 'NONE',
  };
}

/** A workload with the place and network that hold for all of an agent, where it has none of its own. */
export function located(workload: Workload, { locality, network }: { readonly locality?: string | undefined; readonly network?: string | undefined }): Workload {
  return { ...(locality === undefined ? {} : { locality }), ...(network === undefined ? {} : { network }), ...workload };
}

/** Names a workload among all: `<namespace>/<name>`. */
export function workloadKey({ namespace, name: own }: Pick<Workload, 'namespace' | 'name'>): string {
  return `${namespace}/${own}`;
}
