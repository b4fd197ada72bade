export { podAccess, type ClusterAccess } from './cluster-access.ts';
export { kubeconfigAccess } from './kubeconfig.ts';
export { connectKubernetes, kubernetesSettings } from './kubernetes-settings.ts';
export { KubernetesApi, type Query, type RequestOptions, type WatchEvent } from './kubernetes-api.ts';
export { ListWatch, objectKey, type ApiObject, type ListWatchOptions, type ObjectChange } from './list-watch.ts';
export { Leadership, type LeadershipOptions } from './leadership.ts';
