import { expect, it } from 'vitest';
import { fieldChanges } from './field-changes.ts';

it('says what differs as deep down as it can', () => {
  expect(fieldChanges({ a: { b: 1, c: [1, 2] }, d: 'x' }, { a: { b: 2, c: [1] }, e: {} })).toEqual([
    { path: 'a.b', before: 1, after: 2 },
    { path: 'a.c[1]', before: 2 },
    { path: 'd', before: 'x' },
    { path: 'e', after: {} },
  ]);
});

it('goes by names where all items of a list have one', () => {
  const host = (name: string, timeout: string) => ({ name, timeout });
  expect(fieldChanges({ hosts: [host('a', '1s'), host('b', '1s')] }, { hosts: [host('b', '2s'), host('c', '1s')] })).toEqual([
    { path: 'hosts[a]', before: host('a', '1s') },
    { path: 'hosts[b].timeout', before: '1s', after: '2s' },
    { path: 'hosts[c]', after: host('c', '1s') },
  ]);
});

it('finds nothing where nothing differs', () => expect(fieldChanges({ a: [{ b: null }] }, { a: [{ b: null }] })).toEqual([]));
it('tells a thing of another kind whole', () => expect(fieldChanges({ a: [1] }, { a: { b: 1 } })).toEqual([{ path: 'a', before: [1], after: { b: 1 } }]));
