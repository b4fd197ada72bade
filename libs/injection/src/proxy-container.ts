import { annotation, label, proxyContainerName, proxyPorts, proxyUser } from './names.ts';
import type { Pod } from './pod.ts';
import type { PodSettings } from './pod-settings.ts';
import type { AppProbes } from './probes.ts';
import type { ProxyRole } from './templates.ts';
import { workloadOf } from './workload-of.ts';

const fromPod = (name: string, fieldPath: string) => ({ name, valueFrom: { fieldRef: { fieldPath } } });
const ready = { httpGet: { path: '/healthz/ready', port: proxyPorts.ready } };

/** Where the parts of the proxy's volumes are; Istio's paths. */
const [roots, tokens, podInfo] = ['/var/run/secrets/istio', '/var/run/secrets/tokens', '/etc/istio/pod'];
const mounts = [
  { name: 'istiod-ca-cert', mountPath: roots },
  { name: 'istio-token', mountPath: tokens },
  { name: 'istio-podinfo', mountPath: podInfo },
  { name: 'flotilla-run', mountPath: '/var/lib/flotilla' },
];

/** What a proxy's container depends on, beside its pod. */
export interface ProxyOptions {
  readonly role: ProxyRole;
  readonly settings: PodSettings;
  readonly probes: AppProbes;
}

/** The container of the agent and its Envoy. The agent is told of its pod by its settings, as variables. */
export function proxyContainer(pod: Pod, options: ProxyOptions): Record<string, unknown> & { name: string } {
  const { role, settings } = options;
  const native = role === 'sidecar' && settings.nativeSidecars;
  return {
    name: proxyContainerName,
    image: settings.proxyImage,
    imagePullPolicy: settings.imagePullPolicy,
    ports: [{ containerPort: proxyPorts.metrics, protocol: 'TCP', name: 'http-envoy-prom' }],
    env: environment(pod, options),
    resources: settings.resources,
    ...(settings.statusPort === 0
      ? {}
      : {
          readinessProbe: { ...ready, initialDelaySeconds: settings.readinessInitialDelaySeconds, periodSeconds: settings.readinessPeriodSeconds, failureThreshold: settings.readinessFailureThreshold, timeoutSeconds: 3 },
          startupProbe: { ...ready, periodSeconds: 1, failureThreshold: 600, timeoutSeconds: 3 },
        }),
    ...(native ? { restartPolicy: 'Always' } : {}),
    ...(!native && role === 'sidecar' && settings.holdApplicationUntilProxyStarts ? { lifecycle: { postStart: { exec: { command: ['sh', '-c', `until healthy ${proxyPorts.ready} ${ready.httpGet.path}; do sleep 0.5; done`] } } } } : {}),
    securityContext: {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
      privileged: false,
      readOnlyRootFilesystem: true,
      runAsGroup: proxyUser,
      runAsNonRoot: true,
      runAsUser: proxyUser,
    },
    volumeMounts: [...mounts, ...Object.entries(settings.userVolumeMounts).map(([name, mount]) => ({ ...(mount as object), name }))],
  };
}

function environment(pod: Pod, { role, settings, probes }: ProxyOptions): { readonly name: string; readonly value?: string }[] {
  const values: Record<string, string> = {
    FLOTILLA_WORKLOAD_NAME: '$(POD_NAME)',
    FLOTILLA_WORKLOAD_NAMESPACE: '$(POD_NAMESPACE)',
    FLOTILLA_WORKLOAD_SERVICE_ACCOUNT: '$(SERVICE_ACCOUNT)',
    FLOTILLA_WORKLOAD_OWNER: workloadOf(pod.metadata ?? {}).name,
    FLOTILLA_WORKLOAD_TYPE: role,
    ...(role === 'sidecar' ? { FLOTILLA_WORKLOAD_INTERCEPTION: settings.interceptionMode } : {}),
    FLOTILLA_WORKLOAD_LABELS_FILE: `${podInfo}/labels`,
    FLOTILLA_REGISTER: 'false',
    FLOTILLA_IDENTITY_TOKEN_FILE: `${tokens}/istio-token`,
    FLOTILLA_CITADEL_ROOT_FILE: `${roots}/root-cert.pem`,
    FLOTILLA_TRUST_DOMAIN: settings.trustDomain,
    FLOTILLA_CLUSTER_ID: settings.clusterId,
    ...(settings.network === '' ? {} : { FLOTILLA_NETWORK: settings.network }),
    ...(settings.statusPort === 0 ? {} : { FLOTILLA_STATUS_PORT: String(settings.statusPort) }),
    ...appMetrics(pod, settings),
    ...(Object.keys(probes).length === 0 ? {} : { FLOTILLA_APP_PROBES: JSON.stringify(probes) }),
    ...(Object.keys(settings.proxyConfig).length === 0 ? {} : { FLOTILLA_WORKLOAD_PROXY_CONFIG: JSON.stringify(settings.proxyConfig) }),
    FLOTILLA_LOG_DIR: '-',
    FLOTILLA_LOG_LEVEL: settings.agentLogLevel,
    FLOTILLA_ENVOY_LOG_LEVEL: settings.logLevel,
    ...settings.environment,
  };
  return [
    fromPod('POD_NAME', 'metadata.name'),
    fromPod('POD_NAMESPACE', 'metadata.namespace'),
    fromPod('SERVICE_ACCOUNT', 'spec.serviceAccountName'),
    ...Object.entries(values).map(([name, value]) => ({ name, value })),
  ];
}

/** Where the application shows its metrics, which join the proxy's, by the annotations that Prometheus is told by. */
function appMetrics({ metadata: { annotations = {} } = {} }: Pod, { statusPort }: PodSettings): Record<string, string> {
  const { [annotation.scrape]: scrape, [annotation.scrapePort]: port, [annotation.scrapePath]: path = '/metrics' } = annotations;
  return statusPort === 0 || scrape !== 'true' || port === undefined ? {} : { FLOTILLA_APP_METRICS: `http://127.0.0.1:${port}${path}` };
}

/** The volumes that the proxy mounts: its root of trust, the token it proves itself by, what it is to know of its pod, and its sockets. */
export function proxyVolumes(settings: PodSettings): ({ name: string } & Record<string, unknown>)[] {
  return [
    { name: 'flotilla-run', emptyDir: { medium: 'Memory' } },
    {
      name: 'istio-podinfo',
      downwardAPI: {
        items: [
          { path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } },
          { path: 'annotations', fieldRef: { fieldPath: 'metadata.annotations' } },
        ],
      },
    },
    { name: 'istio-token', projected: { sources: [{ serviceAccountToken: { path: 'istio-token', expirationSeconds: 43200, audience: settings.tokenAudience } }] } },
    { name: 'istiod-ca-cert', configMap: { name: settings.rootCertConfigMap } },
    ...Object.entries(settings.userVolumes).map(([name, volume]) => ({ ...(volume as object), name })),
  ];
}

/** What an injected pod says of itself: that it speaks mutual TLS, and what telemetry calls it. */
export function proxyLabels({ metadata = {} }: Pod, { revision }: PodSettings): Record<string, string> {
  const { labels = {} } = metadata;
  const name = labels[label.canonicalName] ?? labels['app.kubernetes.io/name'] ?? labels['app'] ?? workloadOf(metadata).name;
  const version = labels[label.canonicalRevision] ?? labels['app.kubernetes.io/version'] ?? labels['version'] ?? 'latest';
  return {
    [label.tlsMode]: labels[label.tlsMode] ?? 'istio',
    [label.canonicalName]: name.slice(0, 63).replace(/[-_.]$/, ''),
    [label.canonicalRevision]: version,
    [label.revision]: labels[label.revision] ?? revision,
  };
}

/** What was injected, for those who look later, where Prometheus finds all metrics of the pod, and where `kubectl logs` and `exec` go. */
export function proxyAnnotations({ metadata = {}, spec }: Pod, added: { readonly initContainers: readonly string[]; readonly containers: readonly string[]; readonly volumes: readonly string[] }, { revision, statusPort }: PodSettings): Record<string, string> {
  const { annotations = {} } = metadata;
  const first = annotations[annotation.defaultContainer] ?? spec.containers.find(({ name }) => name !== proxyContainerName)?.name;
  return {
    [annotation.status]: JSON.stringify({ ...added, imagePullSecrets: null, revision }),
    ...(statusPort === 0 || annotations[annotation.scrape] === 'false' ? {} : { [annotation.scrape]: 'true', [annotation.scrapePort]: String(statusPort), [annotation.scrapePath]: '/stats/prometheus' }),
    ...(first === undefined ? {} : { [annotation.defaultContainer]: first, [annotation.defaultLogsContainer]: annotations[annotation.defaultLogsContainer] ?? first }),
  };
}
