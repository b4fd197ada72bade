import { adminSettings } from '@flotilla/admin';
import { kubernetesSettings } from '@flotilla/kubernetes-api';
import { durationMs } from '@flotilla/resources';
import { observabilitySettings, Type, type Static } from '@flotilla/runtime';

const durationPattern = '^([0-9]+(\\.[0-9]+)?(ms|s|m|h))+$';

/** What Citadel can be told, as flags or environment variables. */
export const settingsSchema = Type.Object({
  ...observabilitySettings,
  ...adminSettings(7040),
  trustDomain: Type.String({ default: 'cluster.local', pattern: '^[a-z0-9][a-z0-9._-]*$', description: 'The trust domain of every identity that Citadel certifies.' }),
  host: Type.String({ default: '127.0.0.1', description: 'The address that the certificate service listens on.' }),
  port: Type.Integer({ default: 15013, minimum: 0, maximum: 65535, description: 'The port of the certificate service (gRPC over TLS).' }),
  credentialsPort: Type.Integer({ default: 15018, minimum: 0, maximum: 65535, description: 'The port where Envoys get the credentials of their namespace (SDS over mTLS).' }),
  credentialsDir: Type.Optional(Type.String({ description: 'A folder of Kubernetes Secrets in YAML, with the certificates that Gateways and DestinationRules name; it is watched.' })),
  serverNames: Type.Array(Type.String(), { default: [], description: "Further DNS names of Citadel's own certificate, beside localhost." }),
  dataDir: Type.String({ default: '.flotilla/data/citadel', description: 'Where the root key and certificate are kept; made, for this user alone, at the first start.' }),
  rootCopy: Type.Optional(Type.String({ description: 'A further file to write the root certificate to, for those who may not enter the data folder.' })),
  tokenKeyFile: Type.Optional(Type.String({ description: 'A file with the key that the tokens of agents are signed with (HS256, 32 bytes or more). In Kubernetes there is none: they bring the tokens of their service accounts.' })),
  certificateLifetime: Type.String({ default: '24h', pattern: durationPattern, description: 'The longest a certificate may live, as 24h or 90s.' }),
  rootLifetime: Type.String({ default: '87600h', pattern: durationPattern, description: 'How long a root lives that is made at the first start.' }),
  ...kubernetesSettings,
  tokenAudience: Type.String({ default: 'istio-ca', description: 'In Kubernetes: whom the tokens of service accounts have to be made for.' }),
  natsServers: Type.Integer({ default: 1, minimum: 1, description: 'In Kubernetes: how many servers the StatefulSet nats has, whose configuration Citadel writes.' }),
  credentialNamespaces: Type.Array(Type.String(), { default: [], description: 'In Kubernetes: the namespaces whose Secrets may hold certificates for gateways; that of Citadel itself when not given.' }),
  concurrency: Type.Integer({ default: 4, minimum: 1, description: 'How many certificates are made at once; other requests wait, renewals before first ones.' }),
  queueLimit: Type.Integer({ default: 10_000, minimum: 1, description: 'How many requests may wait; further ones are refused and come again.' }),
});

export type Settings = Static<typeof settingsSchema>;

/** The lifetimes of the settings, in milliseconds. */
export function lifetimesOf(settings: Settings): { readonly certificateMs: number; readonly rootMs: number } {
  return { certificateMs: durationMs(settings.certificateLifetime), rootMs: durationMs(settings.rootLifetime) };
}
