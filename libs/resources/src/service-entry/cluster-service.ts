import type { ServiceEntry } from '../resource.ts';

const prefix = 'Service:';

/**
 * Annotation of a ServiceEntry: addresses, separated by commas, by which a Service of a cluster is reached from outside.
 */
export const externalAddressesAnnotation = 'networking.flotilla.dev/external-addresses';

/**
 * Annotation of a ServiceEntry: the ports of a Service of a cluster whose target is a name, as `http=web,grpc=rpc`. The endpoints
 * that the cluster lists have their numbers; WorkloadEntries say theirs under that name.
 */
export const targetNamesAnnotation = 'networking.flotilla.dev/target-names';

/** The name of the ServiceEntry that stands for a Service of a cluster; its colon keeps it apart from users' own. */
export function clusterServiceName(name: string): string {
  return `${prefix}${name}`;
}

/** Whether a ServiceEntry stands for a Service of a cluster. */
export function isOfCluster({ metadata }: Pick<ServiceEntry, 'metadata'>): boolean {
  return metadata.name.startsWith(prefix);
}
