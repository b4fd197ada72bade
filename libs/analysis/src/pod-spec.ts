import { records, texts, type KubernetesObject } from '@flotilla/kubernetes';
import { isRecord } from '@flotilla/resources';

/** The pod that an object is, or that it makes. */
export interface PodTemplate {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly spec: Readonly<Record<string, unknown>>;
}

/** The pod of a Pod, or of a Deployment's template. */
export function podTemplate({ kind, metadata, spec }: KubernetesObject): PodTemplate {
  if (kind === 'Pod') return { labels: metadata.labels, annotations: metadata.annotations, spec };
  const template = isRecord(spec['template']) ? spec['template'] : {};
  const meta = isRecord(template['metadata']) ? template['metadata'] : {};
  return { labels: texts(meta['labels']), annotations: texts(meta['annotations']), spec: isRecord(template['spec']) ? template['spec'] : {} };
}

/** The name of the sidecar's container. */
export const proxyContainer = 'istio-proxy';

/** The image of a pod's sidecar, among its containers or, as a native sidecar, its init containers. */
export function proxyImage({ spec }: Pick<PodTemplate, 'spec'>): string | undefined {
  const proxy = [...records(spec['containers']), ...records(spec['initContainers'])].find(({ name }) => name === proxyContainer);
  return typeof proxy?.['image'] === 'string' ? proxy['image'] : undefined;
}
