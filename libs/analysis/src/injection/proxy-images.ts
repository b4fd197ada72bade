import { selectorMatches } from '@flotilla/resources';
import type { KubernetesObject } from '@flotilla/kubernetes';
import { meshSettings, settingAt } from '../mesh-settings.ts';
import { podTemplate, proxyImage } from '../pod-spec.ts';
import { objectRule } from '../rule.ts';
import { resourcesOf, type View } from '../view.ts';
import { namespaceInjects, revisionLabel } from './injected.ts';
import { injectedImage, injectorValues } from './injector.ts';

/** Namespaces with pods whose sidecar is another than would be injected now. */
export const proxyImages = objectRule(['Namespace'], {
  analyzer: 'injection.ImageAnalyzer',
  codes: ['IST0158'],
  needs: ['Pod', 'ConfigMap'],
  *check({ metadata: { name, labels } }, view) {
    const image = namespaceInjects(labels) ? injectedImage(injectorValues(view, labels[revisionLabel])) : undefined;
    if (image === undefined) return;
    const others = view.objects.ofKind('Pod').filter((pod) => pod.metadata.namespace === name && runsAnother(pod, image, view));
    if (others.length > 0) yield { code: 'IST0158', text: `The pods ${others.map(({ metadata }) => metadata.name).join(', ')} run another proxy than ${image}, which is injected now.` };
  },
});

function runsAnother(pod: KubernetesObject, image: string, view: View): boolean {
  const own = proxyImage(podTemplate(pod));
  if (own === undefined || pod.metadata.annotations['sidecar.istio.io/proxyImage'] !== undefined) return false;
  const type = imageTypeOf(pod, view);
  // The annotation that changes a proxy's settings may change its kind of image too.
  if (type === undefined) return withoutType(own) !== withoutType(image);
  return own !== `${withoutType(image)}${type === 'default' ? '' : `-${type}`}`;
}

/** The kind of image that ProxyConfigs ask for: of the workload, of its namespace, of the mesh. */
function imageTypeOf({ metadata: { namespace, labels, annotations } }: KubernetesObject, view: View): string | undefined {
  if (annotations['proxy.istio.io/config']?.includes('imageType') === true) return undefined;
  const configs = resourcesOf(view, 'ProxyConfig').filter(({ spec }) => spec.image?.imageType !== undefined);
  const own = configs.filter(({ metadata }) => metadata.namespace === namespace);
  const selecting = own.find(({ spec }) => spec.selector?.matchLabels !== undefined && selectorMatches(spec.selector.matchLabels, labels));
  const general = [namespace, view.snapshot.mesh.rootNamespace].flatMap((place) => configs.find(({ metadata, spec }) => metadata.namespace === place && spec.selector === undefined) ?? []);
  const ofMesh = settingAt(meshSettings(view), 'defaultConfig', 'image', 'imageType');
  return [selecting, ...general].find((config) => config !== undefined)?.spec.image?.imageType ?? (typeof ofMesh === 'string' ? ofMesh : 'default');
}

/** An image without the kind at the end of its tag. */
function withoutType(image: string): string {
  return image.replace(/-(distroless|debug)$/, '');
}
