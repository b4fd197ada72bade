import { customResourceDefinition } from '@flotilla/kubernetes';
import type { KubernetesApi } from '@flotilla/kubernetes-api';
import { kinds } from '@flotilla/resources';
import { eventually } from '@flotilla/testing';

/** Makes a cluster know all kinds of Flotilla, and waits until it does. */
export async function installKinds(api: KubernetesApi): Promise<void> {
  for (const kind of kinds) await api.request('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', { body: customResourceDefinition(kind) });
  for (const { group, versions, plural } of kinds) await eventually(() => api.request('GET', `/apis/${group}/${versions[0]}/${plural}`));
}
