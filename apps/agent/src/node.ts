import type { JsonObject } from '@bufbuild/protobuf';
import { readLocality, type ProxySettings } from '@flotilla/resources';
import type { Workload } from './workload.ts';

/**
 * What Envoy tells Pilot of itself: the node id `<role>~<ip>~<workload>.<namespace>~<namespace>.svc.cluster.local` and
 * the metadata that Istio's proxies send, with Flotilla's own for workloads without interception.
 */
export function nodeOf(workload: Workload, { meshId, proxyMetadata = {} }: ProxySettings, clusterId: string): JsonObject {
  const { name, namespace, serviceAccount, type, labels, address, moreAddresses, interception, ports, httpProxyPort, bind, locality, network, owner } = workload;
  const role = type === 'gateway' ? 'router' : 'sidecar';
  const endpoints = ports.flatMap(({ number, app }): [string, string][] => (app === undefined ? [] : [[String(number), app]]));
  return {
    id: `${role}~${address}~${name}.${namespace}~${namespace}.svc.cluster.local`,
    cluster: `${labels['app'] ?? name}.${namespace}`,
    ...(locality === undefined ? {} : { locality: localityOf(locality) }),
    metadata: {
      ...metadataOf(proxyMetadata),
      NAME: name,
      NAMESPACE: namespace,
      CLUSTER_ID: clusterId,
      ...(meshId === undefined ? {} : { MESH_ID: meshId }),
      LABELS: { ...labels },
      SERVICE_ACCOUNT: serviceAccount,
      INSTANCE_IPS: [address, ...moreAddresses].join(','),
      WORKLOAD_NAME: owner ?? name,
      ...(network === undefined ? {} : { NETWORK: network }),
      INTERCEPTION_MODE: interception,
      ...(httpProxyPort === undefined ? {} : { HTTP_PROXY_PORT: String(httpProxyPort) }),
      FLOTILLA_APP_ENDPOINTS: Object.fromEntries(endpoints),
      ...(type === 'gateway' && interception === 'NONE' ? { FLOTILLA_BIND: bind ?? address } : {}),
      FLOTILLA_MIXER_CLUSTER: 'flotilla-mixer',
    },
  };
}

/** The environment variables that Istio makes metadata of. */
function metadataOf(variables: Readonly<Record<string, string>>): Record<string, string> {
  const prefix = 'ISTIO_META_';
  return Object.fromEntries(Object.entries(variables).flatMap(([name, value]): [string, string][] => (name.startsWith(prefix) ? [[name.slice(prefix.length), value]] : [])));
}

/** As Envoy names its parts; what is not known is left out. */
function localityOf(text: string): JsonObject {
  const { region, zone, subzone } = readLocality(text);
  return { region, ...(zone === '' ? {} : { zone }), ...(subzone === '' ? {} : { sub_zone: subzone }) };
}
