import type { PropagationReport } from '@flotilla/bus';
import { createSnapshot, defaultMeshConfig } from '@flotilla/mesh';
import { FakeClock } from '@flotilla/testing';
import type { ProxyDescription } from '@flotilla/translate';
import type { ProxyStanding } from '@flotilla/xds';
import { expect, it } from 'vitest';
import { Steps } from '../steps.ts';
import { PropagationReporter } from './propagation-reporter.ts';

const described = (id: string): ProxyDescription => ({ id, type: 'sidecar', namespace: 'default', labels: {}, ipAddresses: [], interception: 'REDIRECT', appEndpoints: {} });

/** A reporter on proxies of which only their standing is known. */
function reporting() {
  const clock = new FakeClock();
  const steps = new Steps();
  const proxies = new Map<string, ProxyStanding>();
  const told: PropagationReport[] = [];
  let looks = 0;
  const reporter = new PropagationReporter({
    pilot: 'one',
    clock,
    steps,
    standings: () => {
      looks += 1;
      return [...proxies.values()];
    },
    traffic: () => ({ snapshot: createSnapshot(defaultMeshConfig), *descriptions() { for (const id of proxies.keys()) yield described(id); }, find: () => undefined, dependsOn: () => false }),
    tell: (report) => void told.push(report),
  });
  return {
    reporter,
    told,
    step: () => steps.add({ config: steps.current + 1, endpoints: 7 }),
    answers: (id: string, answeredRevision: number) => void proxies.set(id, { id, answeredRevision, refusals: [] }),
    /** What is told of all that happened. */
    next: (): PropagationReport | undefined => {
      told.length = 0;
      reporter.touch();
      clock.advance(200);
      return told[0];
    },
    clock,
    /** How often it has looked at all proxies. */
    looks: () => looks,
  };
}

it('counts a proxy from when it has answered what it was first given', () => {
  const { step, answers, next } = reporting();
  step();
  answers('a', 0);
  expect(next()?.came).toBeUndefined();
  step();
  expect(next()?.came).toBeUndefined();
  answers('a', 1);
  // As long as a storm lasts nobody is ever at the last step.
  expect(next()).toMatchObject({ came: [{ id: 'a' }], behind: { a: { config: 1, endpoints: 7 } }, revision: { config: 2, endpoints: 7 } });
  answers('a', 2);
  expect(next()).toEqual({ pilot: 'one', number: expect.any(Number) as number, leaseMs: 6_000, revision: { config: 2, endpoints: 7 }, behind: {} });
});

it('tells somebody new of those that hang, too', () => {
  const { step, answers, next, reporter } = reporting();
  step();
  answers('hung', 1);
  next();
  step();
  expect(next()?.behind).toEqual({ hung: { config: 1, endpoints: 7 } });
  reporter.tellAll();
  expect(next()).toMatchObject({ number: 0, came: [{ id: 'hung' }], behind: { hung: { config: 1, endpoints: 7 } } });
});

it('tells of a fleet in parts, and that it is there when nothing happens', () => {
  const { step, answers, next, told, clock, looks } = reporting();
  step();
  for (let n = 0; n < 2_500; n += 1) answers(`proxy-${n}`, 1);
  next();
  expect(told.map(({ number, came = [] }) => [number, came.length])).toEqual([[0, 1_000], [1, 1_000], [2, 500]]);
  told.length = 0;
  const before = looks();
  clock.advance(4_000);
  expect(told.map(({ number }) => number)).toEqual([3, 4]);
  expect(looks()).toBe(before);
});

it('tells of who catches up without an answer', () => {
  const { step, answers, next, told, clock } = reporting();
  step();
  answers('a', 1);
  next();
  step();
  expect(next()?.behind).toHaveProperty('a');
  answers('a', 2);
  told.length = 0;
  clock.advance(2_000);
  expect(told).toMatchObject([{ behind: {} }]);
});
