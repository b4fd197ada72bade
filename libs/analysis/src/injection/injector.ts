import { texts, type KubernetesObject } from '@flotilla/kubernetes';
import { settingAt } from '../mesh-settings.ts';
import type { View } from '../view.ts';

/** Istio's settings of injection for a revision: the values in its ConfigMap; undefined where there is none. */
export function injectorValues({ objects }: View, revision: string | undefined): unknown {
  const name = revision === undefined || revision === '' || revision === 'default' ? injectorName : `${injectorName}-${revision}`;
  const map = objects.ofKind('ConfigMap').find(({ metadata }) => metadata.name === name);
  return map === undefined ? undefined : valuesIn(map);
}

const injectorName = 'istio-sidecar-injector';

function valuesIn({ body }: KubernetesObject): unknown {
  try {
    return JSON.parse(texts(body['data'])['values'] ?? '');
  } catch {
    return undefined; // a ConfigMap that is not Istio's
  }
}

/** The image of the sidecars that are injected. */
export function injectedImage(values: unknown): string | undefined {
  const [hub, tag, image] = [['hub'], ['tag'], ['proxy', 'image']].map((path) => settingAt(values, 'global', ...path));
  if (typeof image !== 'string') return undefined;
  return image.includes('/') ? image : `${String(hub)}/${image}:${String(tag)}`;
}
