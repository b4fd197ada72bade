import { describe, expect, it } from 'vitest';
import type { MeshResource } from '@flotilla/resources';
import { mergePatch } from './merge-patch.ts';
import { fieldSelector, labelSelector } from './selectors.ts';

function labelled(labels?: Record<string, string>): MeshResource {
  return { apiVersion: 'networking.istio.io/v1', kind: 'WorkloadEntry', metadata: { name: 'a', namespace: 'n', ...(labels === undefined ? {} : { labels }) }, spec: {} };
}

describe('labelSelector', () => {
  it.each([
    ['', {}, true],
    ['app=a', { app: 'a' }, true],
    ['app==a,v!=1', { app: 'a', v: '2' }, true],
    ['app=a,v!=1', { app: 'a', v: '1' }, false],
    ['v!=1', {}, true],
    ['v in (1, 2),app', { app: 'x', v: '2' }, true],
    ['v in (1,2)', { v: '3' }, false],
    ['v notin (1,2)', {}, true],
    ['!canary', { canary: '' }, false],
    ['topology.kubernetes.io/zone=b', { 'topology.kubernetes.io/zone': 'b' }, true],
  ])('%s on %j is %s', (selector, labels, selected) => {
    expect(labelSelector(selector)(labelled(labels))).toBe(selected);
  });

  it('names every requirement it cannot read', () => {
    expect(() => labelSelector('a b,ok,c=(d)')).toThrow(expect.objectContaining({ problems: [expect.objectContaining({ found: 'a b' }), expect.objectContaining({ found: 'c=(d)' })] }));
  });
});

describe('fieldSelector', () => {
  it('knows name and namespace', () => {
    expect(fieldSelector('metadata.name=a,metadata.namespace!=m')(labelled())).toBe(true);
    expect(fieldSelector('metadata.name!=a')(labelled())).toBe(false);
    expect(() => fieldSelector('spec.x=1')).toThrow();
  });
});

describe('mergePatch', () => {
  it('does what the examples of RFC 7396 do', () => {
    expect(mergePatch({ a: 'b', c: { d: 'e', f: 'g' } }, { a: 'z', c: { f: null } })).toEqual({ a: 'z', c: { d: 'e' } });
    expect(mergePatch({ a: [1, 2] }, { a: { b: null, c: 1 } })).toEqual({ a: { c: 1 } });
    expect(mergePatch({ e: null }, { a: 1 })).toEqual({ e: null, a: 1 });
    expect(mergePatch({ a: 'foo' }, 'bar')).toBe('bar');
    const hostile = JSON.parse('{"__proto__":{"polluted":true}}') as unknown;
    mergePatch({}, hostile);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});
