import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MeshResource } from '@flotilla/resources';
import { pageOf } from './pages.ts';

const position = { life: 1, revision: 7 };

function entry(name: string): MeshResource {
  return { apiVersion: 'networking.istio.io/v1', kind: 'WorkloadEntry', metadata: { name, namespace: 'default' }, spec: { address: '10.0.0.1' } };
}

describe('pages', () => {
  it('make up the whole list, each of the size that was asked for', () => {
    fc.assert(
      fc.property(fc.nat(20), fc.integer({ min: 1, max: 8 }), (count, limit) => {
        const all = Array.from({ length: count }, (_, index) => entry(`e${String(index).padStart(2, '0')}`));
        const seen: MeshResource[] = [];
        let page = pageOf(all, { limit: String(limit) }, position);
        for (;;) {
          seen.push(...page.items);
          expect(page.metadata.remainingItemCount ?? 0).toBe(count - seen.length);
          if (page.metadata.continue === undefined) break;
          expect(page.items).toHaveLength(limit);
          page = pageOf(all, { limit: String(limit), continue: page.metadata.continue }, { ...position, revision: 9 });
          expect(page.metadata.resourceVersion).toBe('7');
        }
        expect(seen).toEqual(all);
      }),
    );
  });

  it('go on after the last one also when that is gone', () => {
    const [a, b, c] = [entry('a'), entry('b'), entry('c')];
    const { metadata } = pageOf([a, b, c], { limit: '2' }, position);
    expect(pageOf([a, c], { continue: metadata.continue ?? '' }, position).items).toEqual([c]);
    expect(pageOf([a], { continue: metadata.continue ?? '' }, position).items).toEqual([]);
  });

  it('expire when the store begins anew', () => {
    const { metadata } = pageOf([entry('a'), entry('b')], { limit: '1' }, position);
    expect(() => pageOf([], { continue: metadata.continue ?? '' }, { life: 2, revision: 1 })).toThrow(expect.objectContaining({ code: 'EXPIRED' }));
  });

  it.each([{ limit: '-1' }, { limit: 'many' }, { continue: 'nonsense' }, { continue: Buffer.from('{}').toString('base64url') }])('refuse %j', (query) => {
    expect(() => pageOf([], query, position)).toThrow(expect.objectContaining({ code: 'MALFORMED_REQUEST' }));
  });
});
