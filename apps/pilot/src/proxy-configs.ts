import { create, type JsonObject } from '@bufbuild/protobuf';
import { effectiveProxyConfig, spiffeId, type Snapshot } from '@flotilla/mesh';
import { GetProxyConfigResponseSchema, ProxyConfigs } from '@flotilla/protos/flotilla/proxy/v1/proxy_configs_pb.js';
import { groupLabels, resourceKey } from '@flotilla/resources';
import { service, type ServedService } from '@flotilla/rpc';
import { admitAs } from './admission.ts';

/**
 * Tells agents how the Envoys of their workloads are to be run.
 *
 * @param snapshot the mesh as it is, once it has been read
 */
export function proxyConfigs(snapshot: () => Promise<Snapshot>, trustDomain: string): ServedService {
  return service(ProxyConfigs, {
    async getProxyConfig({ namespace, serviceAccount, labels: own, group: name }, { peerSpiffeId }) {
      admitAs(spiffeId(trustDomain, namespace, serviceAccount), peerSpiffeId);
      const now = await snapshot();
      const group = name === '' ? undefined : now.resources.get(resourceKey({ kind: 'WorkloadGroup', metadata: { namespace, name } }));
      const labels = { ...(group?.kind === 'WorkloadGroup' ? groupLabels(group) : {}), ...own };
      const config: JsonObject = effectiveProxyConfig(now, namespace, labels);
      return create(GetProxyConfigResponseSchema, { config, labels });
    },
  });
}
