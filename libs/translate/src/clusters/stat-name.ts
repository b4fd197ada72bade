import type { ClusterSchema } from '@flotilla/envoy-api/envoy/config/cluster/v3/cluster_pb.js';
import type { MeshConfig, ServicePort } from '@flotilla/mesh';
import type { Fields } from '../message-fields.ts';

/** A port of a service, or of a subset of it, whose requests a cluster is for. */
export interface ServedPort {
  readonly host: string;
  readonly port: ServicePort;
  readonly subset?: string;
}

/** How the statistics of a cluster are called, by the mesh's pattern for it; as the cluster itself where there is none, or nothing it stands for. */
export function statName(pattern: string | undefined, served: ServedPort | undefined, { domainSuffix }: MeshConfig): Pick<Fields<typeof ClusterSchema>, 'altStatName'> {
  if (pattern === undefined || served === undefined) return {};
  const { host, port, subset = '' } = served;
  const short = host.endsWith(`.${domainSuffix}`) ? host.slice(0, -domainSuffix.length - 1) : host;
  const values: Readonly<Record<string, string>> = {
    SERVICE: short,
    SERVICE_NAME: short === host ? host : (short.split('.')[0] ?? short),
    SERVICE_FQDN: host,
    SERVICE_PORT: String(port.number),
    SERVICE_PORT_NAME: port.name,
    TARGET_PORT: String(port.targetPort),
    SUBSET_NAME: subset,
  };
  return { altStatName: pattern.replace(/%([A-Z_]+)%/g, (whole, name: string) => values[name] ?? whole) };
}
