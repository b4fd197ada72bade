import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { KubernetesApi } from '@flotilla/kubernetes-api';
import { testKubeconfig, type TestKubeApiserver } from '@flotilla/testing';

/** An object as it is applied, or a part of it. */
export interface Applied {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels?: object; readonly annotations?: object };
  readonly [field: string]: unknown;
}

/** Creates or replaces an object, or with `/status` that part of it, as `kubectl apply --server-side` does. */
export async function applyObject(api: KubernetesApi, collection: string, object: Applied, part: '' | '/status' = ''): Promise<void> {
  const apiVersion = collection.startsWith('/apis/') ? collection.split('/').slice(2, 4).join('/') : 'v1';
  await api.request('PATCH', `${collection}/${object.metadata.name}${part}`, { query: { fieldManager: 'test', force: true }, contentType: 'application/apply-patch+yaml', body: { apiVersion, ...object } });
}

/** Writes a kubeconfig by which a Galley gets to an API server, and gives its path. */
export async function writeKubeconfig(folder: string, { access }: TestKubeApiserver): Promise<string> {
  const path = join(folder, 'kubeconfig');
  await writeFile(path, testKubeconfig(access, await access.token()));
  return path;
}
