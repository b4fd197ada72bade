import { FlotillaError } from '@flotilla/errors';
import type { Workload } from '@flotilla/protos/flotilla/registry/v1/workload_registry_pb.js';
import { readResource, registeredWorkload, type MeshResource, type WorkloadGroup } from '@flotilla/resources';

/** What tells other proxies that this endpoint's sidecar takes mutual TLS. */
const tlsMode = { 'security.istio.io/tlsMode': 'istio' };

/**
 * The WorkloadEntry that stands for a registered workload.
 *
 * @param group the WorkloadGroup it names, where it names one
 * @throws FlotillaError INVALID_RESOURCE with every problem
 */
export function entryOf(workload: Workload, group: WorkloadGroup | undefined): MeshResource {
  const { namespace, name, address, ports, labels, serviceAccount, network, locality, weight } = workload;
  const spec = {
    address,
    ports,
    labels: { ...labels, ...tlsMode },
    serviceAccount,
    ...(network === '' ? {} : { network }),
    ...(locality === '' ? {} : { locality }),
    ...(weight === 0 ? {} : { weight }),
  };
  const entry = registeredWorkload({ namespace, name, spec }, group);
  const accounts = group?.spec.template.serviceAccount ?? serviceAccount;
  const strange = accounts === '' || accounts === serviceAccount ? [] : [{ path: 'serviceAccount', message: `is not that of the group ${group?.metadata.name ?? ''}`, found: serviceAccount, allowed: accounts }];
  const read = readResource(entry, { defaultNamespace: namespace });
  const problems = [...strange, ...('problems' in read ? read.problems : [])];
  if (problems.length === 0 && 'resource' in read) return read.resource;
  throw new FlotillaError('INVALID_RESOURCE', `the workload ${namespace}/${name} cannot be registered`, { problems });
}
