import { records } from '@flotilla/kubernetes';
import { selectorMatches } from '@flotilla/resources';
import { objectRule } from '../rule.ts';
import { selectingObject } from '../selecting-object.ts';

const gatewayLabel = 'gateway.networking.k8s.io/gateway-name';

/** Policies that select the pods of a Gateway of the Gateway API by labels, which has no effect there. */
export const ineffectiveSelectors = objectRule(['AuthorizationPolicy', 'RequestAuthentication', 'Telemetry', 'WasmPlugin'], {
  analyzer: 'k8sgateway.SelectorAnalyzer',
  codes: ['IST0166'],
  needs: ['Pod'],
  *check(policy, { objects }) {
    const { spec, metadata } = policy;
    if (spec['selector'] === undefined || spec['targetRef'] !== undefined || records(spec['targetRefs']).length > 0) return;
    const pods = objects.ofKind('Pod').filter((pod) => pod.metadata.namespace === metadata.namespace && selectorMatches(selectingObject(policy).labels, pod.metadata.labels));
    const gateways = new Set(pods.flatMap((pod) => pod.metadata.labels[gatewayLabel] ?? []));
    for (const gateway of gateways) yield { code: 'IST0166', path: 'spec.selector', text: `The Gateway ${gateway} does not go by selectors: name it in targetRefs.` };
  },
});
