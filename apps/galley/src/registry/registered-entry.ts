import { FlotillaError } from '@flotilla/errors';
import type { Workload } from '@flotilla/protos/flotilla/registry/v1/workload_registry_pb.js';
import { readResource, type MeshResource } from '@flotilla/resources';

/** What tells other proxies that this endpoint's sidecar takes mutual TLS. */
const tlsMode = { 'security.istio.io/tlsMode': 'istio' };

/**
 * The WorkloadEntry that stands for a registered workload.
 * @throws FlotillaError INVALID_RESOURCE with every problem
 */
export function entryOf(workload: Workload): MeshResource {
  const { namespace, name, address, ports, labels, serviceAccount, network, locality, weight } = workload;
  const read = readResource(
    {
      apiVersion: 'networking.istio.io/v1',
      kind: 'WorkloadEntry',
      metadata: { name, namespace, labels: { ...labels, ...tlsMode } },
      spec: {
        address,
        ports,
        labels: { ...labels, ...tlsMode },
        serviceAccount,
        ...(network === '' ? {} : { network }),
        ...(locality === '' ? {} : { locality }),
        ...(weight === 0 ? {} : { weight }),
      },
    },
    { defaultNamespace: namespace },
  );
  if ('problems' in read) throw new FlotillaError('INVALID_RESOURCE', `the workload ${namespace}/${name} cannot be registered`, { problems: read.problems });
  return read.resource;
}
