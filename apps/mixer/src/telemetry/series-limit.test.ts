import { expect, it } from 'vitest';
import { SeriesLimit } from './series-limit.ts';

it('lets no more label combinations through than allowed', () => {
  const limit = new SeriesLimit(2);
  const admitted = ['a', 'b', 'c', 'd', 'a'].map((workload) => limit.admit({ workload, code: '200' }));
  expect(admitted).toEqual([
    { workload: 'a', code: '200' },
    { workload: 'b', code: '200' },
    { workload: 'overflow', code: 'overflow' },
    { workload: 'overflow', code: 'overflow' },
    { workload: 'a', code: '200' },
  ]);
});
