import { serviceFor, servicesOfWorkload, type Service, type Snapshot } from '@flotilla/mesh';
import type { Directory, ServiceName } from './directory.ts';
import type { WorkloadDirectory } from './workload-directory.ts';

/**
 * The directory that a mesh's snapshot and workloads make.
 *
 * @param current the snapshot of the moment
 */
export function snapshotDirectory(current: () => Snapshot, workloads: WorkloadDirectory): Directory {
  return {
    workloadAt: (address) => workloads.at(address),
    serviceNamed(clientNamespace, host) {
      const snapshot = current();
      const service = serviceFor(snapshot, { namespace: clientNamespace }, host);
      return service === undefined ? undefined : nameOf(service, snapshot.mesh.domainSuffix);
    },
    serviceAt({ namespace, labels }, address, port, authority) {
      const snapshot = current();
      const host = authority.replace(/:\d+$/, '');
      const candidates = servicesOfWorkload(snapshot, { namespace, labels, addresses: [address] }).filter((service) => serves(service, port));
      const service = candidates.find((candidate) => isCalled(candidate, host)) ?? candidates[0];
      return service === undefined ? undefined : nameOf(service, snapshot.mesh.domainSuffix);
    },
  };
}

function serves({ ports }: Service, port: number): boolean {
  return ports.some(({ number, targetPort }) => targetPort === port || number === port);
}

/** Whether a host, full or shortened, is that of the service. */
function isCalled(service: Service, host: string): boolean {
  return service.host === host || service.host.startsWith(`${host}.`);
}

function nameOf({ host, namespace }: Service, domainSuffix: string): ServiceName {
  const inMesh = host.endsWith(`.${domainSuffix}`);
  return { host, namespace, name: inMesh ? (host.split('.', 1)[0] ?? host) : host };
}
