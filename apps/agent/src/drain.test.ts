import { expect, it } from 'vitest';
import { isIdle } from './drain.ts';

it('is idle when no request is under way and no other proxy is connected', () => {
  const busy = (line: string): boolean => !isIdle(`http.outbound.downstream_rq_active: 0\n${line}\n`, 15002);
  expect(busy('http.outbound.downstream_rq_active: 1')).toBe(true);
  expect(busy('listener.127.20.0.4_9080.downstream_cx_active: 2')).toBe(true);
  expect(busy('listener.127.20.0.4_15002.downstream_cx_active: 2')).toBe(false);
  expect(busy('listener.admin.downstream_cx_active: 1')).toBe(false);
  expect(busy('http.admin.downstream_rq_active: 1')).toBe(false);
  expect(busy('')).toBe(false);
});
