import { FlotillaError } from '@flotilla/errors';
import type { KubernetesApi } from '@flotilla/kubernetes-api';

type Texts = Readonly<Record<string, string>>;

/** What every object that Citadel makes is labelled with. */
export const ownLabels = { 'app.kubernetes.io/part-of': 'flotilla', 'app.kubernetes.io/managed-by': 'citadel' } as const;

/** What a Secret of Citadel's namespace holds; undefined where there is none. */
export async function readSecretTexts(api: KubernetesApi, name: string): Promise<Texts | undefined> {
  try {
    const { data = {} } = (await api.request('GET', `${secretsOf(api)}/${name}`)) as { data?: Texts };
    return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString('utf8')]));
  } catch (error) {
    if (error instanceof FlotillaError && error.code === 'NOT_FOUND') return undefined;
    throw error;
  }
}

/** What a Secret holds; one that is not there is made first. Of two that make it, one wins, and both go by that. */
export async function keptSecret(api: KubernetesApi, name: string, make: () => Texts | Promise<Texts>): Promise<Texts> {
  const there = await readSecretTexts(api, name);
  if (there !== undefined) return there;
  const made = await make();
  try {
    await api.request('POST', secretsOf(api), { body: { apiVersion: 'v1', kind: 'Secret', metadata: { name, labels: ownLabels }, type: 'Opaque', stringData: made } });
    return made;
  } catch (error) {
    if (!(error instanceof FlotillaError) || error.code !== 'ALREADY_EXISTS') throw error;
    return keptSecret(api, name, make);
  }
}

/** Puts texts into a Secret, and leaves what else is in it. */
export async function writeSecretTexts(api: KubernetesApi, name: string, texts: Texts): Promise<void> {
  await api.request('PATCH', `${secretsOf(api)}/${name}`, { contentType: 'application/merge-patch+json', body: { stringData: texts } });
}

function secretsOf({ namespace }: KubernetesApi): string {
  return `/api/v1/namespaces/${namespace}/secrets`;
}
