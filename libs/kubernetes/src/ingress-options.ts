import type { IngressOptions } from './ingress.ts';
import type { Inventory } from './inventory.ts';
import { texts } from './object.ts';

/** What of Istio's MeshConfig is about Ingresses. */
export interface IngressSettings {
  readonly ingressControllerMode?: 'UNSPECIFIED' | 'OFF' | 'STRICT' | 'DEFAULT';
  readonly ingressClass?: string;
  readonly ingressSelector?: string;
  readonly ingressService?: string;
}

/**
 * The settings with what Istio takes for granted: the gateways are the workloads of the Service that is the
 * way in, or those labelled like it.
 *
 * @param namespace where the gateways are
 */
export function ingressOptions(settings: IngressSettings, objects: Inventory, namespace: string): IngressOptions {
  const { ingressControllerMode: mode = 'STRICT', ingressClass = 'istio', ingressService = 'istio-ingressgateway' } = settings;
  const label = settings.ingressSelector ?? ingressService.replace(/^istio-/, '');
  const service = objects.find('Service', namespace, ingressService);
  return {
    ingressControllerMode: mode === 'UNSPECIFIED' ? 'STRICT' : mode,
    ingressClass,
    ingressSelector: service === undefined ? { istio: label } : texts(service.spec['selector']),
    ingressNamespace: namespace,
  };
}
