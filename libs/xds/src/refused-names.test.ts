import { expect, test } from 'vitest';
import { namesIn } from './refused-names.ts';

const known = new Set(['0.0.0.0_9080', 'outbound|9080|v1|reviews.default.svc.cluster.local', 'http.80', 'aa']);
const exists = (name: string): boolean => known.has(name);

test.each([
  ["Error adding/updating listener(s) 0.0.0.0_9080: Didn't find a registered implementation for name: 'x'", ['0.0.0.0_9080']],
  ['Error adding/updating cluster(s) outbound|9080|v1|reviews.default.svc.cluster.local: bad, aa: worse', ['outbound|9080|v1|reviews.default.svc.cluster.local', 'aa']],
  ["route 'http.80': Only unique values for domains are permitted. Duplicate entry of domain b", ['http.80']],
  ['Proto constraint validation failed', []],
])('%s', (reason, names) => {
  expect(namesIn(reason, exists)).toEqual(names);
});
