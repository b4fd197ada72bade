import { texts, type KubernetesObject } from '@flotilla/kubernetes';
import { isRecord } from '@flotilla/resources';
import type { Selecting } from './selection.ts';

/** What a policy selects by `spec.selector`. */
export function selectingObject({ metadata: { namespace, name }, spec }: KubernetesObject): Selecting {
  return { namespace, name, labels: isRecord(spec['selector']) ? texts(spec['selector']['matchLabels']) : {} };
}
