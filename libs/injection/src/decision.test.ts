import { describe, expect, it } from 'vitest';
import { decideInjection } from './decision.ts';
import type { InjectionOptions } from './injection-options.ts';

type Options = Pick<InjectionOptions, 'policy' | 'neverInjectSelector' | 'alwaysInjectSelector'>;
const standard: Options = { policy: 'enabled', neverInjectSelector: [], alwaysInjectSelector: [] };
const pod = (labels: Record<string, string> = {}, annotations: Record<string, string> = {}, spec: object = {}) => ({ metadata: { labels, annotations }, spec: { containers: [], ...spec } });
const inject = 'sidecar.istio.io/inject';
const batch = { matchExpressions: [{ key: 'batch', operator: 'Exists' as const }] };

describe('the decision to inject', () => {
  it.each<[string, ReturnType<typeof pod>, string, Options, boolean]>([
    ['a pod that says nothing', pod(), 'default', standard, true],
    ['a pod that says nothing, by policy', pod(), 'default', { ...standard, policy: 'disabled' }, false],
    ['a pod that says yes', pod({ [inject]: 'true' }), 'default', { ...standard, policy: 'disabled' }, true],
    ['a pod that says no', pod({ [inject]: 'false' }), 'default', standard, false],
    ['an annotation', pod({}, { [inject]: 'false' }), 'default', standard, false],
    ['a label before an annotation', pod({ [inject]: 'true' }, { [inject]: 'false' }), 'default', standard, true],
    ['a word that is not yes', pod({ [inject]: 'perhaps' }), 'default', standard, false],
    ['a pod of the network of its node', pod({ [inject]: 'true' }, {}, { hostNetwork: true }), 'default', standard, false],
    ['a pod of Kubernetes', pod({ [inject]: 'true' }), 'kube-system', standard, false],
    ['a pod that is injected', pod({}, { 'sidecar.istio.io/status': '{}' }), 'default', standard, false],
    ['a pod never to be injected', pod({ batch: '' }), 'default', { ...standard, neverInjectSelector: [batch] }, false],
    ['a pod never to be injected that asks', pod({ batch: '', [inject]: 'yes' }), 'default', { ...standard, neverInjectSelector: [batch] }, true],
    ['a pod always to be injected', pod({ batch: '' }), 'default', { ...standard, policy: 'disabled', alwaysInjectSelector: [batch] }, true],
    ['never before always', pod({ batch: '' }), 'default', { ...standard, neverInjectSelector: [batch], alwaysInjectSelector: [batch] }, false],
    ['a selector that asks for nothing', pod({ batch: '' }), 'default', { ...standard, neverInjectSelector: [{}] }, true],
  ])('%s', (_what, given, namespace, options, expected) => {
    expect(decideInjection(given, namespace, options).inject).toBe(expected);
  });

  it.each([
    [{ key: 'tier', operator: 'In' as const, values: ['web'] }, { tier: 'web' }, { tier: 'db' }],
    [{ key: 'tier', operator: 'NotIn' as const, values: ['web'] }, {}, { tier: 'web' }],
    [{ key: 'tier', operator: 'DoesNotExist' as const }, {}, { tier: 'db' }],
  ])('a selector by %j', (expression, selected, other) => {
    const options: Options = { ...standard, neverInjectSelector: [{ matchExpressions: [expression] }] };
    expect(decideInjection(pod(selected), 'default', options).inject).toBe(false);
    expect(decideInjection(pod(other), 'default', options).inject).toBe(true);
  });
});
