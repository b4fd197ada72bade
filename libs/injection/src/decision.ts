import { labelSelectorMatches } from '@flotilla/kubernetes';
import type { InjectionOptions, LabelSelectorTerm } from './injection-options.ts';
import { annotation, label } from './names.ts';
import type { Pod } from './pod.ts';

/** Whether a pod gets a proxy, and if not, why. */
export type Decision = { readonly inject: true } | { readonly inject: false; readonly reason: string };

/** Namespaces of Kubernetes itself. */
const ignoredNamespaces: ReadonlySet<string> = new Set(['kube-system', 'kube-public', 'kube-node-lease', 'local-path-storage']);

/** The spellings of true that YAML 1.1 has, and Istio with it. */
const yes: ReadonlySet<string> = new Set(['y', 'yes', 'true', 'on']);

/**
 * Whether a pod that has come to the injector is injected. Which pods come to it, the selectors of the webhook say.
 * The pod's own word is first, its label before its annotation; then what the options never or always inject; then their policy.
 * https://istio.io/latest/docs/setup/additional-setup/sidecar-injection/
 */
export function decideInjection(pod: Pod, namespace: string, options: Pick<InjectionOptions, 'policy' | 'neverInjectSelector' | 'alwaysInjectSelector'>): Decision {
  const { labels = {}, annotations = {} } = pod.metadata ?? {};
  if (pod.spec.hostNetwork === true) return no('it is in the network of its node');
  if (ignoredNamespaces.has(namespace)) return no(`${namespace} is a namespace of Kubernetes itself`);
  if (annotations[annotation.status] !== undefined) return no('it is injected already');
  const own = labels[label.inject] ?? annotations[annotation.inject] ?? '';
  if (own !== '') return yes.has(own.toLowerCase()) ? { inject: true } : no(`${annotation.inject} is ${own}`);
  const any = (terms: readonly LabelSelectorTerm[]): boolean => terms.some((term) => asks(term) && labelSelectorMatches(term, labels));
  if (any(options.neverInjectSelector)) return no('neverInjectSelector selects it');
  if (any(options.alwaysInjectSelector) || options.policy === 'enabled') return { inject: true };
  return no('the policy is not to inject unless told to');
}

/** One that asks for nothing selects nobody here, unlike elsewhere in Kubernetes. */
function asks({ matchLabels = {}, matchExpressions = [] }: LabelSelectorTerm): boolean {
  return Object.keys(matchLabels).length > 0 || matchExpressions.length > 0;
}

const no = (reason: string): Decision => ({ inject: false, reason });
