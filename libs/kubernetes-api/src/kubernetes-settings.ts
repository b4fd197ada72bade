import { Type } from '@flotilla/runtime';
import { podAccess } from './cluster-access.ts';
import { kubeconfigAccess } from './kubeconfig.ts';
import { KubernetesApi } from './kubernetes-api.ts';

/** Settings of services that may run on Kubernetes. */
export const kubernetesSettings = {
  kubernetes: Type.Boolean({ default: false, description: 'Whether to be part of a Kubernetes cluster: the one that this runs in, or that of --kubeconfig.' }),
  kubeconfig: Type.Optional(Type.String({ description: 'The file that says where the API of the cluster is and with which credentials, when this does not run in it.' })),
};

/**
 * The API of the cluster that the settings name; undefined where they name none.
 *
 * @throws FlotillaError INVALID_SETTINGS
 */
export async function connectKubernetes({ kubernetes, kubeconfig }: { readonly kubernetes: boolean; readonly kubeconfig?: string }): Promise<KubernetesApi | undefined> {
  if (!kubernetes) return undefined;
  return new KubernetesApi(kubeconfig === undefined ? await podAccess() : await kubeconfigAccess(kubeconfig));
}
