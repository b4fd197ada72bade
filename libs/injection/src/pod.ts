import { Type, type Static } from 'typebox';

/** A schema of what is read; whatever else an object holds passes through untouched. */
const open = { additionalProperties: true };
const portNumberOrName = Type.Union([Type.Integer({ minimum: 1, maximum: 65535 }), Type.String()]);

const httpGet = Type.Object({ port: portNumberOrName, path: Type.Optional(Type.String()), scheme: Type.Optional(Type.String()), host: Type.Optional(Type.String()) }, open);
const tcpSocket = Type.Object({ port: portNumberOrName, host: Type.Optional(Type.String()) }, open);
const grpc = Type.Object({ port: Type.Integer({ minimum: 1, maximum: 65535 }), service: Type.Optional(Type.String()) }, open);

const handler = { httpGet: Type.Optional(httpGet), tcpSocket: Type.Optional(tcpSocket) };
const probe = Type.Object({ ...handler, grpc: Type.Optional(grpc), timeoutSeconds: Type.Optional(Type.Integer()) }, open);
const hook = Type.Object(handler, open);
const named = Type.Object({ name: Type.String() }, open);

const container = Type.Object(
  {
    name: Type.String({ minLength: 1 }),
    image: Type.Optional(Type.String()),
    env: Type.Optional(Type.Array(named)),
    ports: Type.Optional(Type.Array(Type.Object({ containerPort: Type.Integer(), name: Type.Optional(Type.String()), protocol: Type.Optional(Type.String()) }, open))),
    volumeMounts: Type.Optional(Type.Array(Type.Object({ name: Type.String(), mountPath: Type.String() }, open))),
    livenessProbe: Type.Optional(probe),
    readinessProbe: Type.Optional(probe),
    startupProbe: Type.Optional(probe),
    lifecycle: Type.Optional(Type.Object({ postStart: Type.Optional(hook), preStop: Type.Optional(hook) }, open)),
    restartPolicy: Type.Optional(Type.String()),
  },
  open,
);

const metadata = Type.Object(
  {
    name: Type.Optional(Type.String()),
    generateName: Type.Optional(Type.String()),
    namespace: Type.Optional(Type.String()),
    labels: Type.Optional(Type.Record(Type.String(), Type.String())),
    annotations: Type.Optional(Type.Record(Type.String(), Type.String())),
    ownerReferences: Type.Optional(Type.Array(Type.Object({ apiVersion: Type.String(), kind: Type.String(), name: Type.String(), controller: Type.Optional(Type.Boolean()) }, open))),
  },
  open,
);

/** A pod, or a template of pods: what injection reads and writes of it. https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/ */
export const podSchema = Type.Object(
  {
    metadata: Type.Optional(metadata),
    spec: Type.Object(
      {
        containers: Type.Array(container),
        initContainers: Type.Optional(Type.Array(container)),
        volumes: Type.Optional(Type.Array(named)),
        hostNetwork: Type.Optional(Type.Boolean()),
        serviceAccountName: Type.Optional(Type.String()),
      },
      open,
    ),
  },
  open,
);

export type Pod = Static<typeof podSchema>;
export type PodSpec = Pod['spec'];
export type PodMetadata = NonNullable<Pod['metadata']>;
export type Container = Static<typeof container>;
export type Probe = Static<typeof probe>;
export type Hook = Static<typeof hook>;
export type HttpGet = Static<typeof httpGet>;
