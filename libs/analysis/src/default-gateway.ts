import type { KubernetesObject } from '@flotilla/kubernetes';

const labels = { app: 'istio-ingressgateway', istio: 'ingressgateway' };

/** The ports that the ingress gateway's Service has as it is installed. */
const ports = { 'status-port': 15_021, http2: 80, https: 443, tcp: 31_400, tls: 15_443 };

/**
 * The ingress gateway that every installation has, for files in which there is only what is put into a mesh.
 *
 * @param namespace the root namespace
 */
export function defaultGateway(namespace: string): KubernetesObject[] {
  const metadata = { name: 'istio-ingressgateway', namespace, labels, annotations: {} };
  const object = (kind: string, spec: KubernetesObject['spec']): KubernetesObject => ({ kind, metadata, spec, body: { spec } });
  return [
    object('Pod', { containers: [{ name: 'istio-proxy', image: 'istio-proxy' }] }),
    object('Service', { selector: labels, ports: Object.entries(ports).map(([name, port]) => ({ name, port })) }),
  ];
}
