import { adminSettings } from '@flotilla/admin';
import { natsSettings } from '@flotilla/bus';
import { identitySettings } from '@flotilla/identity';
import { nameServerSetting, observabilitySettings, Type, type Static } from '@flotilla/runtime';

/** What Pilot can be told, as flags or environment variables. */
export const settingsSchema = Type.Object({
  ...observabilitySettings,
  ...adminSettings(7020),
  ...natsSettings,
  ...identitySettings,
  host: Type.String({ default: '127.0.0.1', description: 'The address that xDS over mTLS listens on.' }),
  port: Type.Integer({ default: 15012, minimum: 0, maximum: 65535, description: 'The port of xDS over mTLS.' }),
  insecureXds: Type.Optional(
    Type.String({ pattern: '^(127(\\.\\d{1,3}){3}|localhost|\\[::1\\]):\\d+$', description: 'A loopback address and port for plaintext xDS that takes any node id, as 127.0.0.1:15010: for tools and benchmarks.' }),
  ),
  dataDir: Type.String({ default: '.flotilla/data/pilot', description: 'Where the last state of the mesh is kept, for a start while NATS is away.' }),
  defaultLoadBalancer: Type.Enum(['RANDOM', 'ROUND_ROBIN', 'LEAST_REQUEST'], { default: 'RANDOM', description: 'The load balancer of services for which no DestinationRule names one.' }),
  outboundTrafficPolicy: Type.Enum(['ALLOW_ANY', 'REGISTRY_ONLY'], { default: 'ALLOW_ANY', description: 'What happens to traffic for hosts that no service has.' }),
  quicListeners: Type.Boolean({ default: false, description: 'Whether gateways offer HTTP/3, over UDP, beside HTTPS in mode SIMPLE.' }),
  dnsResolver: nameServerSetting('that is asked for gateways of networks'),
  rootNamespace: Type.String({ default: 'istio-system', description: 'The namespace whose rules hold everywhere.' }),
});

export type Settings = Static<typeof settingsSchema>;
