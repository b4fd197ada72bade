import { describe, expect, it } from 'vitest';
import { patchForm } from './patches.ts';

const json = patchForm('application/json-patch+json; charset=utf-8');

describe('a JSON patch', () => {
  it('is carried out as a whole, on a copy', () => {
    const document = { spec: { hosts: ['a'], labels: { 'x/y': 1 } } };
    const patched = json.apply(document, [
      { op: 'test', path: '/spec/hosts/0', value: 'a' },
      { op: 'add', path: '/spec/hosts/-', value: 'b' },
      { op: 'move', from: '/spec/labels/x~1y', path: '/spec/moved' },
    ]);
    expect(patched).toEqual({ spec: { hosts: ['a', 'b'], labels: {}, moved: 1 } });
    expect(document).toEqual({ spec: { hosts: ['a'], labels: { 'x/y': 1 } } });
  });

  it('is refused, with every operation that does not fit', () => {
    const patch = [{ op: 'test', path: '/a', value: 2 }, { op: 'add', path: '/b', value: 1 }, { op: 'remove', path: '/c' }];
    expect(() => json.apply({ a: 1 }, patch)).toThrow(expect.objectContaining({ code: 'CONFLICT', problems: [expect.objectContaining({ path: '[0]' }), expect.objectContaining({ path: '[2]' })] }));
  });

  it.each([[{}], [[{ op: 'put', path: '/a', value: 1 }]], [[{ op: 'add', path: 'a', value: 1 }]], [[{ op: 'add', path: '/a' }]], [[{ op: 'move', path: '/a' }]], [['add']]])('is refused where it is none: %j', (patch) => {
    expect(() => json.apply({}, patch)).toThrow(expect.objectContaining({ code: 'MALFORMED_REQUEST' }));
  });
});

it('of another type is refused', () => {
  expect(() => patchForm('application/strategic-merge-patch+json')).toThrow(expect.objectContaining({ code: 'UNSUPPORTED_MEDIA_TYPE' }));
  expect(() => patchForm(undefined)).toThrow(expect.objectContaining({ code: 'UNSUPPORTED_MEDIA_TYPE' }));
});
