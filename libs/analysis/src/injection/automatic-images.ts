import { podTemplate, proxyImage } from '../pod-spec.ts';
import { objectRule } from '../rule.ts';
import { isTaken } from './webhooks.ts';

/** Pods and Deployments that leave their proxy's image to an injection that never comes. */
export const automaticImages = objectRule(['Pod', 'Deployment'], {
  analyzer: 'injection.ImageAutoAnalyzer',
  codes: ['IST0146', 'IST0147'],
  needs: ['Namespace', 'MutatingWebhookConfiguration'],
  *check(object, view) {
    const template = podTemplate(object);
    if (proxyImage(template) !== 'auto') return;
    const { name, namespace } = object.metadata;
    if (object.kind === 'Pod') {
      yield { code: 'IST0147', text: `The pod ${name} has the image "auto" and was not injected: it cannot start.` };
      return;
    }
    const namespaceLabels = view.objects.find('Namespace', '', namespace)?.metadata.labels ?? {};
    if (!isTaken(template.labels, namespaceLabels, view)) yield { code: 'IST0146', text: `The Deployment ${name} has the image "auto", and no injection webhook selects its pods.` };
  },
});
