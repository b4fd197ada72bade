import { expect, it } from 'vitest';
import { addressMark, marksIn, routeMark } from './trace-marks.ts';
import { Trace } from './trace.ts';

it('finds marks among other bytes, whatever stands beside them', () => {
  const bytes = Buffer.from(`\u0000\u00ff${routeMark(7, 12)}\n\u000d${addressMark(3, 300)}\u001210.199.3.4 240.240.199.1`, 'latin1');
  expect(marksIn(bytes)).toEqual([{ object: 'route 7', version: 12 }, { object: 'endpoint 3', version: 300 }]);
});

const writes = [
  { object: 'route 0', version: 1, at: 100 },
  { object: 'route 0', version: 2, at: 110 },
  { object: 'endpoint 0', version: 1, at: 120 },
];

it('counts a version as received with the first one that is no older', () => {
  const trace = new Trace();
  trace.received(0, Buffer.from(routeMark(0, 1)), 105);
  trace.received(0, Buffer.from(routeMark(0, 2)), 130);
  trace.received(0, Buffer.from(addressMark(0, 1)), 121);
  trace.received(1, Buffer.from(`${routeMark(0, 2)} ${addressMark(0, 1)}`), 150);
  expect(trace.staleness([0], writes)).toEqual([1, 5, 20]);
  expect(trace.staleness([1], writes)).toEqual([30, 40, 50]);
});

it('knows who has not got the last version of everything', () => {
  const trace = new Trace();
  trace.received(0, Buffer.from(`${routeMark(0, 2)} ${addressMark(0, 1)}`), 150);
  trace.received(1, Buffer.from(`${routeMark(0, 1)} ${addressMark(0, 1)}`), 150);
  expect(trace.behind([0, 1, 2], writes)).toEqual([1, 2]);
});
