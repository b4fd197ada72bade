import { labelSelectorMatches, records } from '@flotilla/kubernetes';
import type { View } from '../view.ts';

type Labels = Readonly<Record<string, string>>;

/** Whether an injection webhook is asked about pods with some labels in a namespace with some. */
export function isTaken(labels: Labels, namespaceLabels: Labels, { objects }: View): boolean {
  const webhooks = objects.ofKind('MutatingWebhookConfiguration').flatMap(({ body }) => records(body['webhooks']));
  return webhooks.some(({ name, namespaceSelector, objectSelector }) => String(name).endsWith('istio.io') && labelSelectorMatches(namespaceSelector, namespaceLabels) && labelSelectorMatches(objectSelector, labels));
}
