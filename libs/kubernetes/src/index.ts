export { customResourceDefinition, type CustomResourceDefinition } from './crd/custom-resource-definition.ts';
export { ingressResources, type IngressOptions } from './ingress.ts';
export { ingressOptions, type IngressSettings } from './ingress-options.ts';
export { ClusterCatalog, type CatalogOptions } from './cluster-catalog.ts';
export { inventory, isClusterWide, type Inventory } from './inventory.ts';
export { readLiveObject } from './live-object.ts';
export { isKubernetesObject, kubernetesKinds, readObject, records, strings, texts, type KubernetesObject } from './object.ts';
export { entryPort, portsOf } from './port.ts';
export { servicesOf } from './services.ts';
