import type { Workload } from './workload.ts';

/**
 * What Envoy tells Pilot of itself: the node id `<role>~<ip>~<workload>.<namespace>~<namespace>.svc.cluster.local` and
 * the metadata that Istio's proxies send, with Flotilla's own for workloads without interception.
 */
export function nodeOf(workload: Workload, clusterId: string): { id: string; cluster: string; metadata: Record<string, unknown> } {
  const { name, namespace, serviceAccount, type, labels, address, moreAddresses, interception, ports, httpProxyPort, bind } = workload;
  const role = type === 'gateway' ? 'router' : 'sidecar';
  const endpoints = ports.flatMap(({ number, app }) => (app === undefined ? [] : [[String(number), app]]));
  return {
    id: `${role}~${address}~${name}.${namespace}~${namespace}.svc.cluster.local`,
    cluster: `${labels['app'] ?? name}.${namespace}`,
    metadata: {
      NAME: name,
      NAMESPACE: namespace,
      CLUSTER_ID: clusterId,
      LABELS: labels,
      SERVICE_ACCOUNT: serviceAccount,
      INSTANCE_IPS: [address, ...moreAddresses].join(','),
      WORKLOAD_NAME: name,
      INTERCEPTION_MODE: interception,
      ...(httpProxyPort === undefined ? {} : { HTTP_PROXY_PORT: String(httpProxyPort) }),
      FLOTILLA_APP_ENDPOINTS: Object.fromEntries(endpoints),
      ...(type === 'gateway' && interception === 'NONE' ? { FLOTILLA_BIND: bind ?? address } : {}),
      FLOTILLA_MIXER_CLUSTER: 'flotilla-mixer',
    },
  };
}
