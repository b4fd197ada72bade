import { nameServerSetting, observabilitySettings, Type, type Static } from '@flotilla/runtime';

/** What the launcher can bring up. */
export const partNames = ['nats', 'citadel', 'galley', 'pilot', 'mixer', 'bookshop'] as const;
export type PartName = (typeof partNames)[number];

const port = (number: number, use: string) => Type.Integer({ minimum: 1, maximum: 65_535, default: number, description: `Port of ${use}.` });

export const launcherSettings = Type.Object({
  config: Type.Optional(Type.String({ description: 'Folder of YAML files to run, watched: saving a file changes the mesh.' })),
  only: Type.Array(Type.Enum([...partNames]), { default: [...partNames], description: 'The parts to start. bookshop is the demo: its services, their Envoys, the gateway and the agent.' }),
  home: Type.String({ default: '.flotilla', description: 'Folder for state, logs and secrets. Two meshes need two.' }),
  insecureXds: Type.Optional(Type.String({ description: 'HOST:PORT of a plaintext xDS port that takes any node id, on loopback, for tools and benchmarks. There is none unless asked for.' })),
  addresses: Type.String({ pattern: '^127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}$', default: '127.20.0.0', description: 'Loopback address above which each workload gets its own. Two meshes need two.' }),
  certificateLifetime: Type.String({ pattern: '^([0-9]+(\\.[0-9]+)?(ms|s|m|h))+$', default: '1h', description: 'Lifetime of certificates, as 20s, 10m or 1h.' }),
  dnsResolver: nameServerSetting('that Envoys ask, and Pilot'),
  pilots: Type.Integer({ minimum: 1, maximum: 9, default: 1, description: 'How many Pilots share the Envoys. The ports of each are 100 above those of the one before.' }),
  gatewayPort: port(8080, 'the ingress gateway'),
  galleyPort: port(7010, "Galley's admin API"),
  pilotPort: port(7020, "Pilot's admin API"),
  mixerPort: port(7030, "Mixer's admin API"),
  citadelPort: port(7040, "Citadel's admin API"),
  agentPort: port(7050, "the agent's admin API"),
  xdsPort: port(15_012, 'xDS over mTLS (Pilot)'),
  csrPort: port(15_013, 'certificate signing (Citadel)'),
  credentialsPort: port(15_018, 'credentials for Envoys (Citadel)'),
  telemetryPort: port(15_004, 'access logs and policy checks (Mixer)'),
  registryPort: port(15_019, 'workload registration (Galley)'),
  natsPort: port(4222, 'nats-server'),
  ...observabilitySettings,
});

export type LauncherSettings = Static<typeof launcherSettings>;
