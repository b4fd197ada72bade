import { describe, expect, it } from 'vitest';
import { resolveHost } from './host.ts';
import { selectorMatches } from './label-selector.ts';
import { parseResourceKey, resourceKey } from './resource-key.ts';
import { isVisible } from './visibility.ts';

describe('resolveHost', () => {
  it.each([
    ['reviews', 'reviews.shop.svc.cluster.local'],
    ['reviews.other', 'reviews.other'],
    ['reviews.other.svc.cluster.local', 'reviews.other.svc.cluster.local'],
    ['*', '*'],
    ['*.example.com', '*.example.com'],
  ])('%s means %s', (host, name) => expect(resolveHost(host, 'shop')).toBe(name));

  it('ends in the domain of the mesh', () => expect(resolveHost('reviews', 'shop', 'svc.fleet')).toBe('reviews.shop.svc.fleet'));
});

describe('selectorMatches', () => {
  const labels = { app: 'reviews', version: 'v1' };
  it('takes workloads that have every label asked for', () => {
    expect(selectorMatches({ app: 'reviews' }, labels)).toBe(true);
    expect(selectorMatches({ app: 'reviews', version: 'v2' }, labels)).toBe(false);
    expect(selectorMatches({ app: 'reviews' }, undefined)).toBe(false);
  });
  it('takes all where nothing is asked for', () => {
    expect(selectorMatches(undefined, labels)).toBe(true);
    expect(selectorMatches({}, undefined)).toBe(true);
  });
});

describe('isVisible', () => {
  it.each([
    [undefined, 'b', true],
    [['*'], 'b', true],
    [['.'], 'b', false],
    [['.'], 'a', true],
    [['b', 'c'], 'b', true],
    [['b', 'c'], 'a', false],
    [['~'], 'a', false],
  ])('exportTo %j of namespace a, for %s: %s', (exportTo, client, visible) => expect(isVisible(exportTo, 'a', client)).toBe(visible));

  it('goes by the default of the mesh where the resource says nothing', () => {
    expect(isVisible([], 'a', 'b', ['.'])).toBe(false);
  });
});

describe('resourceKey', () => {
  it('is taken apart again', () => {
    const key = resourceKey({ kind: 'Gateway', metadata: { namespace: 'shop', name: 'edge' } });
    expect(key).toBe('Gateway/shop/edge');
    expect(parseResourceKey(key)).toEqual({ kind: 'Gateway', namespace: 'shop', name: 'edge' });
  });

  it.each(['', 'Gateway', 'Gateway/shop', 'Gateway//edge', 'a/b/c/d'])('"%s" is none', (key) => expect(() => parseResourceKey(key)).toThrow(RangeError));
});
