export { ingressResources, type IngressOptions } from './ingress.ts';
export { ingressOptions, type IngressSettings } from './ingress-options.ts';
export { inventory, type Inventory } from './inventory.ts';
export { isKubernetesObject, kubernetesKinds, readObject, type KubernetesObject } from './object.ts';
export { servicesOf } from './services.ts';
