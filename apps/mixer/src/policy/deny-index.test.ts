import type { DenyList, DenyRule } from '@flotilla/resources';
import { describe, expect, it } from 'vitest';
import type { CheckedRequest } from './checked-request.ts';
import { DenyIndex } from './deny-index.ts';

const list = (name: string, rules: DenyRule[], over: { namespace?: string; labels?: Record<string, string>; message?: string } = {}): DenyList => ({
  apiVersion: 'policy.flotilla.dev/v1alpha1',
  kind: 'DenyList',
  metadata: { name, namespace: over.namespace ?? 'default' },
  spec: {
    rules,
    ...(over.labels === undefined ? {} : { selector: { matchLabels: over.labels } }),
    ...(over.message === undefined ? {} : { message: over.message }),
  },
});
const request: CheckedRequest = {
  method: 'GET',
  path: '/reviews/1',
  headers: { 'end-user': 'jason', cookie: 'a=b' },
  principal: 'spiffe://cluster.local/ns/default/sa/bookinfo-productpage',
};
const reviews = { namespace: 'default', labels: { app: 'reviews', version: 'v1' } };

describe('a rule', () => {
  it.each<[DenyRule, boolean]>([
    [{ methods: ['POST', 'GET'] }, true],
    [{ methods: ['POST'] }, false],
    [{ paths: [{ exact: '/reviews' }, { prefix: '/reviews/' }] }, true],
    [{ paths: [{ exact: '/reviews' }] }, false],
    [{ paths: [{ regex: '/reviews/[0-9]+' }] }, true],
    [{ paths: [{ regex: '/reviews' }] }, false],
    [{ headers: { 'End-User': { exact: 'jason' } } }, true],
    [{ headers: { 'end-user': {} } }, true],
    [{ headers: { 'x-other': {} } }, false],
    [{ headers: { 'end-user': { exact: 'jason' }, 'x-other': {} } }, false],
    [{ sourcePrincipals: ['cluster.local/ns/default/sa/bookinfo-productpage'] }, true],
    [{ sourcePrincipals: ['spiffe://cluster.local/ns/default/sa/*'] }, true],
    [{ sourcePrincipals: ['*/sa/bookinfo-productpage'] }, true],
    [{ sourcePrincipals: ['cluster.local/ns/default/sa/bookinfo'] }, false],
    [{ sourceNamespaces: ['default'] }, true],
    [{ sourceNamespaces: ['other', 'def*'] }, true],
    [{ sourceNamespaces: ['other'] }, false],
    [{ methods: ['GET'], sourceNamespaces: ['other'] }, false],
  ])('%j refuses: %s', (rule, refuses) => {
    const denial = new DenyIndex([list('rule', [rule])], 'istio-system').denialOf(request, reviews);
    expect(denial !== undefined).toBe(refuses);
  });

  it('about the source does not mean callers without an identity', () => {
    const index = new DenyIndex([list('rule', [{ sourcePrincipals: ['*'] }])], 'istio-system');
    expect(index.denialOf({ ...request, principal: undefined }, reviews)).toBeUndefined();
  });

  it('with a hostile expression is answered, for no expression backtracks', () => {
    const index = new DenyIndex([list('rule', [{ paths: [{ regex: '(a+)+b' }] }])], 'istio-system');
    expect(index.denialOf({ ...request, path: 'a'.repeat(5_000) }, reviews)).toBeUndefined();
  });
});

describe('a list', () => {
  const everything: DenyRule[] = [{ methods: ['PUT'] }, { methods: ['GET'] }];

  it('says which rule refused, and what to tell the client', () => {
    const index = new DenyIndex([list('closed', everything, { message: 'closed for today' })], 'istio-system');
    expect(index.denialOf(request, reviews)).toEqual({ list: 'default/closed', rule: 1, message: 'closed for today' });
  });

  it.each([
    ['holds in its own namespace', { namespace: 'default' }, true],
    ['holds in no other', { namespace: 'other' }, false],
    ['of the root namespace holds everywhere', { namespace: 'istio-system' }, true],
    ['holds for the workloads it selects', { labels: { app: 'reviews' } }, true],
    ['holds for no others', { labels: { app: 'ratings' } }, false],
  ])('%s', (_, over, refuses) => {
    expect(new DenyIndex([list('some', everything, over)], 'istio-system').denialOf(request, reviews) !== undefined).toBe(refuses);
  });
});
