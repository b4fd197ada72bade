import { expect, it } from 'vitest';
import type { Propagation } from './propagation.ts';
import { saysTheSame, statusOf, type Standing } from './status-of.ts';

const everywhere: Propagation = { read: true, total: 42, waiting: [], refusing: [] };
const standing: Standing = { generation: 3, problems: [], propagation: everywhere, messages: [] };
const [early, late] = ['2026-01-01T00:00:00Z', '2026-01-01T00:00:09Z'];
const ids = (count: number): string[] => Array.from({ length: count }, (_, n) => `proxy-${n}`);

const propagated = (propagation: Propagation | undefined) => statusOf({ ...standing, propagation }, undefined, early).conditions?.find(({ type }) => type === 'Propagated');

it.each<[string, Propagation | undefined, object]>([
  ['what all have', everywhere, { status: 'True', reason: 'Propagated', message: '42/42 proxies' }],
  ['what concerns nobody', { ...everywhere, total: 0 }, { status: 'True', reason: 'NoProxyConcerned', message: '0/0 proxies' }],
  ['whom it waits for', { ...everywhere, waiting: ['proxy-0'] }, { status: 'False', reason: 'InProgress', message: '41/42 proxies; waiting for proxy-0' }],
  ['not everybody by name', { ...everywhere, waiting: ids(5) }, { status: 'False', reason: 'InProgress', message: '37/42 proxies; waiting for proxy-0; proxy-1; proxy-2; and 2 more' }],
  ['a Pilot that is behind', { ...everywhere, read: false, waiting: ids(42) }, { status: 'False', reason: 'InProgress', message: '0/42 proxies; not every Pilot has read it yet' }],
  ['no Pilot', undefined, { status: 'Unknown', reason: 'NoPilot' }],
  [
    'who refuses it, once for each reason, before who is late',
    { ...everywhere, waiting: ['slow'], refusing: [{ id: 'a', of: 'Cluster x', reason: 'bad' }, { id: 'a', of: 'Listener y', reason: 'worse' }] },
    { status: 'False', reason: 'Refused', message: '40/42 proxies; a refuses Cluster x: bad; a refuses Listener y: worse' },
  ],
])('tells %s', (_, propagation, expected) => expect(propagated(propagation)).toMatchObject(expected));

it('tells why a newer version is not in force', () => {
  expect(statusOf({ ...standing, problems: ['rules.yaml:3: spec.hosts is missing'] }, undefined, early).conditions?.[0]).toMatchObject({
    type: 'Accepted', status: 'False', reason: 'Invalid', message: 'the last good version is in force; the newer one is not valid: rules.yaml:3: spec.hosts is missing',
  });
});

it('dates a condition by when its status became what it is', () => {
  const times = (status: ReturnType<typeof statusOf>) => status.conditions?.map(({ lastTransitionTime }) => lastTransitionTime);
  const first = statusOf(standing, undefined, early);
  const fewer = statusOf({ ...standing, generation: 4, propagation: { ...everywhere, total: 41 } }, first, late);
  expect(times(fewer)).toEqual([early, early]);
  expect([fewer.observedGeneration, fewer.conditions?.[0]?.observedGeneration]).toEqual([4, 4]);
  expect(times(statusOf({ ...standing, propagation: { ...everywhere, waiting: ['a'] } }, fewer, late))).toEqual([early, late]);
});

it('is no news when proxies come and go', () => {
  const first = statusOf(standing, undefined, early);
  expect(saysTheSame(first, statusOf({ ...standing, propagation: { ...everywhere, total: 43 } }, first, late))).toBe(true);
  expect(saysTheSame(first, statusOf({ ...standing, problems: ['bad'] }, first, late))).toBe(false);
  const message = { type: { name: 'ReferencedResourceNotFound', code: 'IST0101' }, level: 'ERROR', documentationUrl: 'https://istio.io' } as const;
  expect(saysTheSame(first, statusOf({ ...standing, messages: [message] }, first, late))).toBe(false);
  const [one, two] = [1, 2].map((count) => statusOf({ ...standing, propagation: { ...everywhere, waiting: ids(count) } }, first, late));
  expect(one !== undefined && two !== undefined && saysTheSame(one, two)).toBe(false);
});
