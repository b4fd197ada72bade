import { adminSettings } from '@flotilla/admin';
import { identitySettings } from '@flotilla/identity';
import { ownWorkloadSettings } from './own-workload.ts';
import { nameServerSetting, observabilitySettings, Type, type Static } from '@flotilla/runtime';

/** What the agent can be told, as flags or environment variables. */
export const settingsSchema = Type.Object({
  ...observabilitySettings,
  ...adminSettings(7050),
  ...identitySettings,
  identityTokenFile: Type.String({ description: 'A file with the token that Citadel gives the workloads their certificates for.' }),
  workloads: Type.Optional(Type.String({ description: 'A YAML or JSON file with the list of workloads; it is watched.' })),
  ...ownWorkloadSettings,
  statusPort: Type.Integer({ default: 15020, minimum: 1, maximum: 65535, description: 'The port of readiness and merged metrics, beside a workload whose connections are intercepted.' }),
  appMetrics: Type.Optional(Type.String({ format: 'uri', description: "Where the application shows its own metrics, as http://127.0.0.1:9080/metrics; they join the proxy's." })),
  appProbes: Type.Optional(Type.String({ description: "Probes of the application that the agent makes for the kubelet, which has no certificate: a map in JSON, by the path it is asked at on the status port. Injection writes it." })),
  register: Type.Boolean({ default: true, description: 'Whether workloads are announced to Galley; not where it learns of them otherwise, as in Kubernetes.' }),
  pilotAddress: Type.Array(Type.String(), { minItems: 1, default: ['127.0.0.1:15012'], description: 'Host and port of each Pilot, where Envoys get their configuration; an Envoy that loses one goes to another.' }),
  mixerAddress: Type.String({ default: '127.0.0.1:15004', description: 'Host and port of Mixer, where Envoys send access logs and ask for policy.' }),
  credentialsAddress: Type.String({ default: '127.0.0.1:15018', description: 'Host and port of Citadel where Envoys get the credentials that Gateways and DestinationRules name.' }),
  galleyAddress: Type.String({ default: '127.0.0.1:15019', description: "Host and port of Galley's registry, where workloads are announced." }),
  envoy: Type.String({ default: 'envoy', description: 'The Envoy program: a path, or a name to look for on the PATH.' }),
  envoyLogLevel: Type.Enum(['trace', 'debug', 'info', 'warning', 'error', 'critical', 'off'], { default: 'warning', description: 'How much Envoys log.' }),
  xdsMode: Type.Enum(['delta', 'sotw'], { default: 'delta', description: 'How Envoys are told of changes: by differences, or by the whole state.' }),
  clusterId: Type.String({ default: 'Kubernetes', description: 'The name of the cluster that Envoys say they are in.' }),
  dnsResolver: nameServerSetting('that Envoys ask'),
  locality: Type.Optional(Type.String({ minLength: 1, description: 'Where the workloads are that do not say so themselves, as region/zone/subzone.' })),
  network: Type.Optional(Type.String({ minLength: 1, description: 'The network of the workloads that do not name theirs.' })),
  execProbes: Type.Boolean({ default: false, description: 'Whether probes of WorkloadGroups may run programs on this machine, as this user.' }),
  runDir: Type.String({ default: '.flotilla/run/agent', description: 'Where sockets, bootstraps and process records of Envoys are kept.' }),
  logDir: Type.String({ default: '.flotilla/logs', description: "Where each Envoy has its log file; - for this program's own output." }),
});

export type Settings = Static<typeof settingsSchema>;
