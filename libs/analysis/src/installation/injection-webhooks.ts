import { labelSelectorMatches, records, strings, texts, type KubernetesObject } from '@flotilla/kubernetes';
import { isRecord } from '@flotilla/resources';
import { revisionLabel } from '../injection/injected.ts';
import { objectRule } from '../rule.ts';
import { perView } from '../view.ts';

/** Injection webhooks that take the same pods as others, or that call a Service that is not there. */
export const injectionWebhooks = objectRule(['MutatingWebhookConfiguration'], {
  analyzer: 'webhook.Analyzer',
  codes: ['IST0139'],
  needs: ['Service'],
  *check({ metadata }, view) {
    for (const webhook of webhooks(view).filter(({ configuration }) => configuration === metadata.name)) {
      const others = (overlaps(view).get(webhook) ?? []).map(({ configuration, name }) => `${configuration}/${name}`);
      if (others.length > 0) yield { code: 'IST0139', text: `The webhook ${webhook.name} takes the same pods as ${others.join(', ')}: they may be injected twice.` };
      const { service } = webhook;
      if (service !== undefined && view.objects.find('Service', service.namespace, service.name) === undefined) {
        yield { code: 'IST0139', text: `The webhook ${webhook.name} calls the Service ${service.namespace}/${service.name}, which is not found.` };
      }
    }
  },
});

interface Webhook {
  readonly configuration: string;
  readonly name: string;
  readonly namespaceSelector: unknown;
  readonly objectSelector: unknown;
  readonly service: { readonly namespace: string; readonly name: string } | undefined;
  readonly revisions: readonly string[];
}

/** All webhooks of Istio's. */
const webhooks = perView(({ objects }) => objects.ofKind('MutatingWebhookConfiguration').flatMap((configuration) => {
  const found = records(configuration.body['webhooks']).map((webhook) => webhookOf(configuration, webhook));
  return found.some(({ name, revisions }) => name.endsWith('istio.io') || revisions.length > 0) ? found : [];
}));

function webhookOf({ metadata }: KubernetesObject, { name, namespaceSelector, objectSelector, clientConfig }: Readonly<Record<string, unknown>>): Webhook {
  const service = isRecord(clientConfig) ? texts(clientConfig['service']) : {};
  const own = metadata.labels[revisionLabel];
  return {
    configuration: metadata.name,
    name: String(name),
    namespaceSelector,
    objectSelector,
    service: service['name'] === undefined ? undefined : { namespace: service['namespace'] ?? '', name: service['name'] },
    revisions: [...(own === undefined ? [] : [own]), ...[namespaceSelector, objectSelector].flatMap(revisionsIn)],
  };
}

function revisionsIn(selector: unknown): string[] {
  if (!isRecord(selector)) return [];
  const listed = records(selector['matchExpressions']).filter(({ key }) => key === revisionLabel).flatMap(({ values }) => strings(values));
  const own = texts(selector['matchLabels'])[revisionLabel];
  return own === undefined ? listed : [own, ...listed];
}

/** For each webhook those that take a pod which it takes too, of all combinations of labels that matter to injection. */
const overlaps = perView((view) => {
  const all = webhooks(view);
  const revisions = [undefined, ...new Set(all.flatMap((webhook) => webhook.revisions))];
  const combined = (label: string, values: readonly (string | undefined)[]) =>
    values.flatMap((value) => revisions.map((revision) => ({ ...(value === undefined ? {} : { [label]: value }), ...(revision === undefined ? {} : { [revisionLabel]: revision }) })));
  const found = new Map<Webhook, Set<Webhook>>();
  for (const namespaceLabels of combined('istio-injection', [undefined, 'enabled', 'disabled'])) {
    for (const podLabels of combined('sidecar.istio.io/inject', [undefined, 'true', 'false'])) {
      const taking = all.filter((webhook) => labelSelectorMatches(webhook.namespaceSelector, namespaceLabels) && labelSelectorMatches(webhook.objectSelector, podLabels));
      for (const one of taking) for (const other of taking) if (one !== other) found.set(one, (found.get(one) ?? new Set()).add(other));
    }
  }
  return new Map([...found].map(([webhook, others]) => [webhook, [...others]]));
});
