import { unsupported, type DefaultProxyConfig, type ProxyConfig, type ProxySettings } from '@flotilla/resources';
import type { Labels } from './labels.ts';
import type { Snapshot } from './snapshot.ts';
import { namespacePolicy, selectingPolicy } from './workload-policies.ts';

/**
 * How the proxy of a workload is to be run: as the ProxyConfig says that selects it; what that leaves out, as the
 * workload itself, the one of its namespace, the one of the root namespace, and last the mesh's own defaults say. Environment
 * variables come together from all of them. Only what agents can heed is told; the topology of gateways is Pilot's.
 *
 * @param own what the workload says, as a pod by its annotation
 */
export function effectiveProxyConfig({ proxyConfigs, mesh }: Snapshot, namespace: string, labels: Labels, own: DefaultProxyConfig = {}): ProxySettings {
  const wide = [namespacePolicy(proxyConfigs, mesh.rootNamespace), namespacePolicy(proxyConfigs, namespace)].reduce(narrowed, heeded(mesh.proxies));
  const proxyMetadata = { ...wide.proxyMetadata, ...own.proxyMetadata };
  const withOwn = { ...wide, ...heeded(own), ...(Object.keys(proxyMetadata).length === 0 ? {} : { proxyMetadata }) };
  return narrowed(withOwn, selectingPolicy(proxyConfigs, namespace, labels));
}

function heeded(config: DefaultProxyConfig): ProxySettings {
  return Object.fromEntries(Object.entries(config).filter(([field]) => field !== 'gatewayTopology' && unsupported('MeshConfig', `spec.defaultConfig.${field}`) === undefined));
}

function narrowed(wide: ProxySettings, narrow: ProxyConfig | undefined): ProxySettings {
  const { concurrency, environmentVariables } = narrow?.spec ?? {};
  return {
    ...wide,
    ...(concurrency === undefined ? {} : { concurrency }),
    ...(environmentVariables === undefined ? {} : { proxyMetadata: { ...wide.proxyMetadata, ...environmentVariables } }),
  };
}
