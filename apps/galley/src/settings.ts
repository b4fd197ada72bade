import { adminSettings } from '@flotilla/admin';
import { natsSettings } from '@flotilla/bus';
import { identitySettings } from '@flotilla/identity';
import { kubernetesSettings } from '@flotilla/kubernetes-api';
import { observabilitySettings, Type, type Static } from '@flotilla/runtime';

/** What Galley can be told, as flags or environment variables. */
export const settingsSchema = Type.Object({
  ...observabilitySettings,
  ...adminSettings(7010),
  ...natsSettings,
  ...identitySettings,
  ...kubernetesSettings,
  ingressNamespace: Type.String({ default: 'flotilla-system', description: 'The namespace of the gateways that serve the Ingresses of a Kubernetes cluster, and of the secrets for their certificates.' }),
  natsReplicas: Type.Integer({ default: 1, minimum: 1, maximum: 5, description: 'How many servers of a NATS cluster keep each store.' }),
  configDir: Type.Optional(Type.String({ description: 'A folder of YAML files to take resources from. It is watched; the API cannot change what comes from it.' })),
  host: Type.String({ default: '127.0.0.1', description: 'The address that workloads are registered at.' }),
  port: Type.Integer({ default: 15019, minimum: 0, maximum: 65535, description: 'The port that workloads are registered at (gRPC over mTLS). Closed without an identity token.' }),
  webhookPort: Type.Optional(Type.Integer({ minimum: 0, maximum: 65535, description: 'The port of the webhooks by which a Kubernetes cluster has resources checked and pods injected (HTTPS). Closed when absent, and without an identity token.' })),
  injectionDir: Type.Optional(Type.String({ description: 'A folder with what injection is told, one file <revision>.yaml for each revision; read anew for each pod.' })),
  proxyImage: Type.Optional(Type.String({ description: 'The image that pods are given their proxies from, where what injection is told names none.' })),
  leaseSeconds: Type.Integer({ default: 30, minimum: 1, description: 'How long a registered workload stays without a renewal.' }),
  dataDir: Type.String({ default: '.flotilla/data/galley', description: 'Where the last state is kept, for a start while NATS is away.' }),
});

export type Settings = Static<typeof settingsSchema>;
