import { expect, test } from 'vitest';
import { denyListsByAge, meshGateway, ruleFor, serviceFor, virtualServicesFor, virtualServicesOfGateway } from './index.ts';
import { meshOf } from './testing/mesh-of.ts';

const service = `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: shop, namespace: shop}
spec: {hosts: [cart.shop.example.com], location: MESH_INTERNAL, resolution: STATIC, ports: [{number: 80, name: http}]}
---`;

function rule(namespace: string, name: string, host: string, more = ''): string {
  return `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: ${name}, namespace: ${namespace}, creationTimestamp: '2026-01-0${name.length}T00:00:00Z'}
spec:
  host: '${host}'
  ${more}
---`;
}

function ruleNames(text: string, namespace: string, labels: Record<string, string> = {}): readonly string[] | undefined {
  const mesh = meshOf(service + text);
  return ruleFor(mesh, { namespace, labels }, serviceFor(mesh, { namespace }, 'cart.shop.example.com')!)?.sources;
}

test('the rule of the client namespace comes before that of the service, and that before the root', () => {
  const root = rule('istio-system', 'all', '*.example.com');
  const own = rule('shop', 'own', 'cart.shop.example.com');
  const client = rule('web', 'wide', '*.example.com');
  expect(ruleNames(root + own + client, 'web')).toEqual(['DestinationRule/web/wide']);
  expect(ruleNames(root + own + client, 'other')).toEqual(['DestinationRule/shop/own']);
  expect(ruleNames(root + client, 'other')).toEqual(['DestinationRule/istio-system/all']);
  expect(ruleNames(client, 'other')).toBeUndefined();
});

test('the most specific host wins in a namespace, and what is not exported is not seen', () => {
  expect(ruleNames(rule('shop', 'a', '*') + rule('shop', 'bb', '*.shop.example.com'), 'x')).toEqual(['DestinationRule/shop/bb']);
  expect(ruleNames(rule('shop', 'a', 'cart.shop.example.com', 'exportTo: [.]'), 'x')).toBeUndefined();
  expect(ruleNames(rule('shop', 'a', 'cart.shop.example.com', 'exportTo: [.]'), 'shop')).toEqual(['DestinationRule/shop/a']);
});

test('rules of one host and audience are merged, the oldest word on each matter wins', () => {
  const mesh = meshOf(
    service +
      rule('shop', 'bb', 'cart.shop.example.com', 'trafficPolicy: {loadBalancer: {simple: ROUND_ROBIN}}\n  subsets: [{name: v1, labels: {version: wrong}}, {name: v2, labels: {version: v2}}]') +
      rule('shop', 'a', 'cart.shop.example.com', 'subsets: [{name: v1, labels: {version: v1}}]'),
  );
  expect(ruleFor(mesh, { namespace: 'x', labels: {} }, serviceFor(mesh, { namespace: 'x' }, 'cart.shop.example.com')!)).toMatchObject({
    trafficPolicy: { loadBalancer: { simple: 'ROUND_ROBIN' } },
    subsets: [{ name: 'v1', labels: { version: 'v1' } }, { name: 'v2' }],
    sources: ['DestinationRule/shop/a', 'DestinationRule/shop/bb'],
  });
});

test('a rule for some clients of its namespace holds for them alone', () => {
  const text = rule('web', 'a', 'cart.shop.example.com', 'workloadSelector: {matchLabels: {app: web}}') + rule('web', 'bb', 'cart.shop.example.com');
  expect(ruleNames(text, 'web', { app: 'web' })).toEqual(['DestinationRule/web/a']);
  expect(ruleNames(text, 'web', { app: 'other' })).toEqual(['DestinationRule/web/bb']);
  expect(ruleNames(text, 'shop', { app: 'web' })).toBeUndefined();
});

function virtualService(name: string, host: string, more: string, created = '2026-01-01T00:00:00Z'): string {
  return `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: ${name}, namespace: shop, creationTimestamp: '${created}'}
spec:
  hosts: ['${host}']
  ${more}
  http: [{directResponse: {status: 200}}]
---`;
}

test('VirtualServices are found by host, the exact before wildcards, the oldest first, for one gateway', () => {
  const mesh = meshOf(
    virtualService('wild', '*.example.com', '', '2025-01-01T00:00:00Z') +
      virtualService('young', 'cart.shop.example.com', '', '2026-02-01T00:00:00Z') +
      virtualService('old', 'cart.shop.example.com', 'gateways: [mesh, edge]') +
      virtualService('edge', 'cart.shop.example.com', 'gateways: [edge]') +
      virtualService('hidden', 'cart.shop.example.com', 'exportTo: [.]'),
  );
  const names = (found: Iterable<{ metadata: { name: string } }>) => [...found].map(({ metadata }) => metadata.name);
  expect(names(virtualServicesFor(mesh, { namespace: 'web' }, meshGateway, 'cart.shop.example.com'))).toEqual(['old', 'young', 'wild']);
  expect(names(virtualServicesFor(mesh, { namespace: 'web' }, 'shop/edge', 'cart.shop.example.com'))).toEqual(['edge', 'old']);
  expect(names(virtualServicesOfGateway(mesh, { namespace: 'web' }, 'shop/edge'))).toEqual(['edge', 'old']);
});

test('DenyLists are listed the oldest first, however they came', () => {
  const list = (name: string, day: number) => `
apiVersion: policy.flotilla.dev/v1alpha1
kind: DenyList
metadata: {name: ${name}, namespace: shop, creationTimestamp: '2026-01-0${day}T00:00:00Z'}
spec: {rules: [{methods: [GET]}]}
---`;
  expect(denyListsByAge(meshOf(list('young', 2) + list('old', 1))).map(({ metadata }) => metadata.name)).toEqual(['old', 'young']);
});
