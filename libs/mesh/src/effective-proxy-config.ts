import { unsupported, type ProxyConfig, type ProxySettings } from '@flotilla/resources';
import type { Labels } from './labels.ts';
import type { Snapshot } from './snapshot.ts';
import { namespacePolicy, selectingPolicy } from './workload-policies.ts';

/**
 * How the proxy of a workload is to be run: as the ProxyConfig says that selects it; what that leaves out, as
 * the one of its namespace, the one of the root namespace, and last the mesh's own defaults say. Environment
 * variables come together from all of them. Only what agents can heed is told; the topology of gateways is Pilot's.
 */
export function effectiveProxyConfig({ proxyConfigs, mesh }: Snapshot, namespace: string, labels: Labels): ProxySettings {
  const narrowing = [namespacePolicy(proxyConfigs, mesh.rootNamespace), namespacePolicy(proxyConfigs, namespace), selectingPolicy(proxyConfigs, namespace, labels)];
  const heeded = Object.entries(mesh.proxies).filter(([field]) => field !== 'gatewayTopology' && unsupported('MeshConfig', `spec.defaultConfig.${field}`) === undefined);
  return narrowing.reduce(narrowed, Object.fromEntries(heeded));
}

function narrowed(wide: ProxySettings, narrow: ProxyConfig | undefined): ProxySettings {
  const { concurrency, environmentVariables } = narrow?.spec ?? {};
  return {
    ...wide,
    ...(concurrency === undefined ? {} : { concurrency }),
    ...(environmentVariables === undefined ? {} : { proxyMetadata: { ...wide.proxyMetadata, ...environmentVariables } }),
  };
}
