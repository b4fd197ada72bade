import { FlotillaError } from '@flotilla/errors';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { formatSpiffeId, parseSpiffeId } from './index.ts';

const name = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$/);

it('reads back every id it writes', () => {
  fc.assert(
    fc.property(fc.record({ trustDomain: fc.domain(), namespace: name, serviceAccount: name }), (id) => {
      expect(parseSpiffeId(formatSpiffeId(id))).toEqual(id);
    }),
  );
});

it.each([
  '', 'spiffe://', 'spiffe://cluster.local', 'spiffe://cluster.local/ns/a', 'spiffe://cluster.local/ns/a/sa/', 'https://cluster.local/ns/a/sa/b',
  'spiffe://cluster.local/ns/a/sa/b/c', 'spiffe://cluster.local/ns/a/sa/b?c', 'spiffe://Cluster.Local/ns/a/sa/b', 'spiffe://user@cluster.local/ns/a/sa/b',
  'spiffe://cluster.local:1/ns/a/sa/b', 'spiffe://cluster.local/ns/../sa/b', ' spiffe://cluster.local/ns/a/sa/b', 'spiffe://cluster.local/ns/a/sa/b\n',
])('refuses %j', (text) => {
  expect(() => parseSpiffeId(text)).toThrow(FlotillaError);
});
