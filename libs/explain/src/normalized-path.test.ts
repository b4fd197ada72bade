import { create } from '@bufbuild/protobuf';
import { HttpConnectionManager_PathWithEscapedSlashesAction as EscapedSlashes, HttpConnectionManagerSchema } from '@flotilla/envoy-api/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager_pb.js';
import { expect, it } from 'vitest';
import { normalizedPath } from './normalized-path.ts';

const none = {};
const base = { normalizePath: true };
const merging = { ...base, mergeSlashes: true };
const decoding = { ...merging, pathWithEscapedSlashesAction: EscapedSlashes.UNESCAPE_AND_FORWARD };

it.each([
  ['/b/../%61', none, '/b/../%61'],
  ['/b/../%61?q=/x/../%61', base, '/a?q=/x/../%61'],
  ['//a%2Fb', base, '//a%2Fb'],
  ['//a%2Fb', merging, '/a%2Fb'],
  ['//a%2Fb%5cc', decoding, '/a/b/c'],
  ['*', decoding, '*'],
])('%s under %j is %s', (path, how, normalized) => {
  expect(normalizedPath(create(HttpConnectionManagerSchema, how), path)).toBe(normalized);
});
