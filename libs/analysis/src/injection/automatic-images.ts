import { labelSelectorMatches, records } from '@flotilla/kubernetes';
import { podTemplate, proxyImage } from '../pod-spec.ts';
import { objectRule } from '../rule.ts';

/** Pods and Deployments that leave their proxy's image to an injection that never comes. */
export const automaticImages = objectRule(['Pod', 'Deployment'], {
  analyzer: 'injection.ImageAutoAnalyzer',
  codes: ['IST0146', 'IST0147'],
  needs: ['Namespace', 'MutatingWebhookConfiguration'],
  *check(object, { objects }) {
    const template = podTemplate(object);
    if (proxyImage(template) !== 'auto') return;
    const { name, namespace } = object.metadata;
    if (object.kind === 'Pod') {
      yield { code: 'IST0147', text: `The pod ${name} has the image "auto" and was not injected: it cannot start.` };
      return;
    }
    const webhooks = objects.ofKind('MutatingWebhookConfiguration').flatMap(({ body }) => records(body['webhooks'])).filter((webhook) => String(webhook['name']).endsWith('istio.io'));
    const labels = objects.find('Namespace', '', namespace)?.metadata.labels ?? {};
    const taken = webhooks.some(({ namespaceSelector, objectSelector }) => labelSelectorMatches(namespaceSelector, labels) && labelSelectorMatches(objectSelector, template.labels));
    if (!taken) yield { code: 'IST0146', text: `The Deployment ${name} has the image "auto", and no injection webhook selects its pods.` };
  },
});
