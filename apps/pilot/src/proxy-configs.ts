import { create, type JsonObject } from '@bufbuild/protobuf';
import { effectiveProxyConfig, spiffeId, type Snapshot } from '@flotilla/mesh';
import { GetProxyConfigResponseSchema, ProxyConfigs } from '@flotilla/protos/flotilla/proxy/v1/proxy_configs_pb.js';
import { FlotillaError } from '@flotilla/errors';
import { checkProxyConfig, groupLabels, resourceKey, type DefaultProxyConfig } from '@flotilla/resources';
import { service, type ServedService } from '@flotilla/rpc';
import { admitAs } from './admission.ts';

/**
 * Tells agents how the Envoys of their workloads are to be run.
 *
 * @param snapshot the mesh as it is, once it has been read
 */
export function proxyConfigs(snapshot: () => Promise<Snapshot>, trustDomain: string): ServedService {
  return service(ProxyConfigs, {
    async getProxyConfig({ namespace, serviceAccount, labels: own, group: name, own: said }, { peerSpiffeId }) {
      admitAs(spiffeId(trustDomain, namespace, serviceAccount), peerSpiffeId);
      const now = await snapshot();
      const group = name === '' ? undefined : now.resources.get(resourceKey({ kind: 'WorkloadGroup', metadata: { namespace, name } }));
      const labels = { ...(group?.kind === 'WorkloadGroup' ? groupLabels(group) : {}), ...own };
      const config: JsonObject = effectiveProxyConfig(now, namespace, labels, readOwn(said));
      return create(GetProxyConfigResponseSchema, { config, labels });
    },
  });
}

/** What an agent passes on has been checked there; Pilot takes nobody's word for it. */
function readOwn(said: JsonObject = {}): DefaultProxyConfig {
  const problems = checkProxyConfig(said);
  if (problems.length > 0) throw new FlotillaError('MALFORMED_REQUEST', 'what the workload says of how its Envoy is run cannot be taken', { problems });
  return said;
}
