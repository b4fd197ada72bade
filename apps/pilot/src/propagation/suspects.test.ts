import type { MeshResource } from '@flotilla/resources';
import { expect, it } from 'vitest';
import { bySuspicion } from './suspects.ts';

const resource = (kind: string, name: string, resourceVersion: string): MeshResource => ({ apiVersion: 'v1', kind, metadata: { name, namespace: 'default', resourceVersion }, spec: {} }) as unknown as MeshResource;
const mesh = [
  resource('VirtualService', 'old', '3'),
  resource('EnvoyFilter', 'old-filter', '2'),
  resource('EnvoyFilter', 'new-filter', '6'),
  resource('VirtualService', 'new', '7'),
  resource('VirtualService', 'later', '9'),
  resource('WorkloadEntry', 'entry', '8'),
];
const names = (window: Parameters<typeof bySuspicion>[1]): string[] => bySuspicion(mesh, window).map(({ metadata }) => metadata.name);

it('suspects what changed since all was well, filters first, and then what is newest', () => {
  expect(names({ after: { config: 5, endpoints: 4 }, upTo: { config: 8, endpoints: 8 } })).toEqual(['new-filter', 'entry', 'new', 'old', 'old-filter']);
});

it('suspects those of one revision of both stores in the same order, however they came', () => {
  const alike = [resource('WorkloadEntry', 'b', '8'), resource('VirtualService', 'a', '8')];
  const window = { after: { config: 0, endpoints: 0 }, upTo: { config: 9, endpoints: 9 } };
  for (const given of [alike, alike.toReversed()]) expect(bySuspicion(given, window).map(({ metadata }) => metadata.name)).toEqual(['a', 'b']);
});

it('suspects filters first where nothing was ever well', () => {
  expect(names({ after: { config: 0, endpoints: 0 }, upTo: { config: 9, endpoints: 8 } })).toEqual(['new-filter', 'old-filter', 'later', 'entry', 'new', 'old']);
});
