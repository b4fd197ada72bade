import { annotation, label, proxyContainerName, proxyPorts, proxyUser } from './names.ts';
import type { Pod } from './pod.ts';
import type { PodSettings } from './pod-settings.ts';
import type { AppProbes } from './probes.ts';
import type { ProxyRole } from './templates.ts';
import { workloadOf } from './workload-of.ts';

const fromPod = (name: string, fieldPath: string) => ({ name, valueFrom: { fieldRef: { fieldPath } } });
const ready = { httpGet: { path: '/healthz/ready', port: proxyPorts.ready } };

/** Where the parts of the proxy's volumes are; Istio's paths. */
const mounts = [
  { name: 'istiod-ca-cert', mountPath: '/var/run/secrets/istio' },
  { name: 'istio-token', mountPath: '/var/run/secrets/tokens' },
  { name: 'istio-podinfo', mountPath: '/etc/istio/pod' },
  { name: 'istio-envoy', mountPath: '/etc/istio/proxy' },
];

/** What a proxy's container depends on, beside its pod. */
export interface ProxyOptions {
  readonly namespace: string;
  readonly role: ProxyRole;
  readonly settings: PodSettings;
  readonly probes: AppProbes;
}

/** The container of the agent and its Envoy. The agent reads of its pod from the environment, under Istio's names. */
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
    ...(!native && role === 'sidecar' && settings.holdApplicationUntilProxyStarts ? { lifecycle: { postStart: { exec: { command: ['flotilla-agent', 'wait'] } } } } : {}),
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

function environment(pod: Pod, { namespace, role, settings, probes }: ProxyOptions): { readonly name: string; readonly value?: string }[] {
  const metadata = pod.metadata ?? {};
  const workload = workloadOf(metadata);
  const values: Record<string, string> = {
    ISTIO_META_CLUSTER_ID: settings.clusterId,
    ISTIO_META_INTERCEPTION_MODE: role === 'gateway' ? 'NONE' : settings.interceptionMode,
    ISTIO_META_WORKLOAD_NAME: workload.name,
    ISTIO_META_OWNER: `kubernetes://apis/${workload.apiVersion}/namespaces/${namespace}/${workload.kind.toLowerCase()}s/${workload.name}`,
    ISTIO_META_APP_CONTAINERS: pod.spec.containers.map(({ name }) => name).filter((name) => name !== proxyContainerName).join(','),
    ISTIO_META_POD_PORTS: JSON.stringify(pod.spec.containers.flatMap(({ ports = [] }) => ports)),
    ...(settings.network === '' ? {} : { ISTIO_META_NETWORK: settings.network }),
    ...(Object.keys(probes).length === 0 ? {} : { ISTIO_KUBE_APP_PROBERS: JSON.stringify(probes) }),
    PROXY_CONFIG: JSON.stringify(settings.proxyConfig),
    PROXY_TYPE: role,
    TRUST_DOMAIN: settings.trustDomain,
    CLUSTER_DOMAIN: settings.clusterDomain,
    FLOTILLA_LOG_LEVEL: settings.agentLogLevel,
    FLOTILLA_ENVOY_LOG_LEVEL: settings.logLevel,
    ...settings.environment,
  };
  return [
    fromPod('POD_NAME', 'metadata.name'),
    fromPod('POD_NAMESPACE', 'metadata.namespace'),
    fromPod('INSTANCE_IP', 'status.podIP'),
    fromPod('HOST_IP', 'status.hostIP'),
    fromPod('NODE_NAME', 'spec.nodeName'),
    fromPod('SERVICE_ACCOUNT', 'spec.serviceAccountName'),
    ...Object.entries(values).map(([name, value]) => ({ name, value })),
  ];
}

/** The volumes that the proxy mounts: its root of trust, the token it proves itself by, what it is to know of its pod, and its sockets. */
export function proxyVolumes(settings: PodSettings): ({ name: string } & Record<string, unknown>)[] {
  return [
    { name: 'istio-envoy', emptyDir: { medium: 'Memory' } },
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

/** What was injected, for those who look later, and where `kubectl logs` and `exec` go. */
export function proxyAnnotations({ metadata = {}, spec }: Pod, added: { readonly initContainers: readonly string[]; readonly containers: readonly string[]; readonly volumes: readonly string[] }, { revision }: PodSettings): Record<string, string> {
  const { annotations = {} } = metadata;
  const first = annotations[annotation.defaultContainer] ?? spec.containers.find(({ name }) => name !== proxyContainerName)?.name;
  return {
    [annotation.status]: JSON.stringify({ ...added, imagePullSecrets: null, revision }),
    ...(first === undefined ? {} : { [annotation.defaultContainer]: first, [annotation.defaultLogsContainer]: annotations[annotation.defaultLogsContainer] ?? first }),
  };
}
