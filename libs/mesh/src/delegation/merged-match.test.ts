import type { HTTPMatchRequest } from '@flotilla/resources';
import { expect, test } from 'vitest';
import { mergedMatches } from './merged-match.ts';

const cases: readonly (readonly [string, HTTPMatchRequest, HTTPMatchRequest, HTTPMatchRequest | undefined])[] = [
  ['a longer prefix lies within a shorter one', { uri: { prefix: '/a' } }, { uri: { prefix: '/a/b' } }, { uri: { prefix: '/a/b' } }],
  ['an exact path lies within a prefix', { uri: { prefix: '/a' } }, { uri: { exact: '/a/b' } }, { uri: { exact: '/a/b' } }],
  ['a prefix does not lie within an exact path', { uri: { exact: '/a' } }, { uri: { prefix: '/a' } }, undefined],
  ['a shorter prefix does not lie within a longer one', { uri: { prefix: '/a/b' } }, { uri: { prefix: '/a' } }, undefined],
  ['of a regular expression nobody can say', { uri: { regex: '/a.*' } }, { uri: { exact: '/a' } }, undefined],
  ['what only one of them says holds', { uri: { regex: '/a.*' }, method: { exact: 'GET' } }, { headers: { x: { exact: '1' } } }, { uri: { regex: '/a.*' }, method: { exact: 'GET' }, headers: { x: { exact: '1' } } }],
  ['headers of both hold', { headers: { x: { prefix: '1' } } }, { headers: { x: { exact: '12' }, y: { exact: '2' } } }, { headers: { x: { exact: '12' }, y: { exact: '2' } } }],
  ['one port is not another', { port: 80 }, { port: 81 }, undefined],
  ['one label of the caller is not another', { sourceLabels: { app: 'a' } }, { sourceLabels: { app: 'b' } }, undefined],
  ['gateways lie within those of the root', { gateways: ['a/edge', 'mesh'] }, { gateways: ['mesh'] }, { gateways: ['mesh'] }],
  ['other gateways do not', { gateways: ['mesh'] }, { gateways: ['a/edge'] }, undefined],
  ['gateways of the root hold for a delegate that names none', { gateways: ['mesh'] }, {}, { gateways: ['mesh'] }],
  ['with and without regard to case are two things', { ignoreUriCase: true }, {}, undefined],
  ['names are joined', { name: 'root' }, { name: 'leaf' }, { name: 'root-leaf' }],
];

test.each(cases)('%s', (_name, root, delegate, merged) => {
  expect(mergedMatches([root], [delegate])).toEqual(merged === undefined ? undefined : [merged]);
});

test('each match of a delegate needs one of the root, and goes with every one that it lies within', () => {
  const root = [{ uri: { prefix: '/a' } }, { uri: { prefix: '/a/b' }, port: 80 }];
  expect(mergedMatches(root, [{ uri: { prefix: '/a/b/c' } }])).toEqual([{ uri: { prefix: '/a/b/c' } }, { uri: { prefix: '/a/b/c' }, port: 80 }]);
  expect(mergedMatches(root, [{ uri: { prefix: '/a' } }, { uri: { prefix: '/x' } }])).toBeUndefined();
});
