/** The name of the cluster for a service's port, or for a subset of it: `outbound|9080|v1|reviews.default.svc.cluster.local`. */
export function outboundCluster(host: string, port: number, subset = ''): string {
  return `outbound|${port}|${subset}|${host}`;
}

/** The SNI by which a sidecar asks for that cluster: the same with `_`, for `|` is not fit for a host name. */
export function outboundSni(host: string, port: number, subset = ''): string {
  return `outbound_.${port}_.${subset}_.${host}`;
}

/** The name of the cluster of a workload's own port. */
export function inboundCluster(port: number): string {
  return `inbound|${port}||`;
}

/** Takes what must go nowhere. */
export const blackHole = 'BlackHoleCluster';
/** Takes traffic for hosts unknown to the mesh to where it was going. */
export const passthrough = 'PassthroughCluster';
/** The same for a workload's own ports that no service names. */
export const inboundPassthrough = 'InboundPassthroughCluster';
/** Takes requests for hosts unknown to the mesh to where those are found. */
export const dynamicDns = 'AllowAnyDynamicDNSCluster';
