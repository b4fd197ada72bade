import type { PropagationReport, ReportedProxy } from '@flotilla/bus';
import { defaultMeshConfig } from '@flotilla/mesh';
import { readYaml, resourceKey, type MeshResource } from '@flotilla/resources';
import { expect, it } from 'vitest';
import { Pilots } from './pilots.ts';
import { propagationOf } from './propagation.ts';

const leaseMs = 1_000;
const proxy = (id: string, more: Partial<ReportedProxy> = {}): ReportedProxy => ({ id, type: 'sidecar', namespace: 'default', labels: {}, ...more });
const report = (pilot: string, more: Partial<PropagationReport>): PropagationReport => ({ pilot, number: 0, leaseMs, revision: { config: 10, endpoints: 5 }, mesh: defaultMeshConfig, ...more });

const resources = new Map(
  readYaml(
    `
{apiVersion: networking.istio.io/v1, kind: VirtualService, metadata: {name: reviews, namespace: shop, resourceVersion: '7'}, spec: {hosts: [reviews], http: [{directResponse: {status: 200}}]}}
---
{apiVersion: networking.istio.io/v1, kind: Sidecar, metadata: {name: own, namespace: default, resourceVersion: '3'}, spec: {egress: [{hosts: [./*]}]}}`,
    { file: 'test', defaultNamespace: 'default' },
  ).resources.map((resource) => [resourceKey(resource), resource]),
);
const reviews = resources.get('VirtualService/shop/reviews') as MeshResource;
const found = (pilots: Pilots, resource = reviews) => propagationOf(resource, pilots, resources);

it('counts the proxies that a resource concerns, and those that have it', () => {
  const pilots = new Pilots();
  expect(found(pilots)).toBeUndefined();
  pilots.take(
    report('one', {
      came: [proxy('a'), proxy('b'), proxy('c'), proxy('limited', { sidecar: 'Sidecar/default/own' }), proxy('edge', { type: 'gateway' })],
      behind: { b: { config: 6, endpoints: 5 }, c: { config: 7, endpoints: 0 }, limited: { config: 0, endpoints: 0 } },
    }),
    0,
  );
  expect(found(pilots)).toEqual({ read: true, total: 3, waiting: ['b'], refusing: [] });
  expect(found(pilots, { ...reviews, metadata: { ...reviews.metadata, resourceVersion: '11' } })).toMatchObject({ read: false, total: 3, waiting: ['a', 'b', 'c'] });
});

it('names who refuses the version that is there, once', () => {
  const pilots = new Pilots();
  const refusal = { resource: 'VirtualService/shop/reviews', of: 'VirtualHost 80/reviews', reason: 'no', proxies: ['a'] };
  pilots.take(report('one', { came: [proxy('a'), proxy('b')], behind: { a: { config: 6, endpoints: 5 } }, refusals: [{ ...refusal, version: '7' }, { ...refusal, version: '6', reason: 'old' }] }), 0);
  expect(found(pilots)).toEqual({ read: true, total: 2, waiting: [], refusing: [{ id: 'a', of: 'VirtualHost 80/reviews', reason: 'no' }] });
});

it('goes by what the last report left as it was', () => {
  const pilots = new Pilots();
  pilots.take(report('one', { came: [proxy('a'), proxy('b')], behind: { a: { config: 6, endpoints: 5 } } }), 0);
  expect(pilots.take(report('one', { number: 1, went: ['b'] }), 0)).toBe(true);
  expect(found(pilots)).toMatchObject({ total: 1, waiting: ['a'] });
  expect(pilots.take(report('one', { number: 3, behind: {} }), 0), 'a report was missed').toBe(false);
  expect(found(pilots)).toMatchObject({ waiting: ['a'] });
  expect(pilots.take(report('one', { came: [proxy('c')], behind: {} }), 0)).toBe(true);
  expect(found(pilots)).toMatchObject({ total: 1, waiting: [] });
  expect(new Pilots().take(report('one', { number: 1 }), 0), 'of a Pilot nobody knows').toBe(false);
});

it('counts each proxy once, at the Pilot that it came to last, and forgets Pilots that are gone', () => {
  const pilots = new Pilots();
  pilots.take(report('one', { came: [proxy('a'), proxy('b')] }), 0);
  pilots.take(report('two', { came: [proxy('c')] }), 500);
  pilots.take(report('two', { number: 1, came: [proxy('a')] }), 500);
  expect(found(pilots)?.total).toBe(3);
  expect(pilots.nextEnd).toBe(1_000);
  expect(pilots.expire(999)).toBe(false);
  expect(pilots.expire(1_000)).toBe(true);
  expect(found(pilots)?.total).toBe(2);
  pilots.grace(1_400);
  expect(pilots.nextEnd).toBe(2_400);
  pilots.expire(2_400);
  expect(found(pilots)).toBeUndefined();
});
