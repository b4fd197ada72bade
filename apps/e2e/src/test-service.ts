import { echoPorts } from '@flotilla/echo';

/** Names of the ports that an echo application serves for others. */
export const servedPorts = ['http', 'http2', 'grpc', 'tcp', 'tls'] as const;

/** The service of an application, which every workload labelled so is an instance of. */
export function serviceEntry(app: string): string {
  return `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: ${app}, namespace: default}
spec:
  hosts: [${app}.default.svc.cluster.local]
  location: MESH_INTERNAL
  resolution: STATIC
  ports: [${servedPorts.map((port) => `{number: ${echoPorts[port]}, name: ${port}, protocol: ${port.toUpperCase()}}`).join(', ')}]
  workloadSelector: {labels: {app: ${app}}}`;
}

/** What an agent would register, but without a word of mTLS. */
export function workloadEntry({ name, ...spec }: { readonly name: string; readonly address: string; readonly labels: Readonly<Record<string, string>>; readonly locality?: string }): string {
  return JSON.stringify({ apiVersion: 'networking.istio.io/v1', kind: 'WorkloadEntry', metadata: { name, namespace: 'default' }, spec });
}
