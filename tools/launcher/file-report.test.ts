import { FakeClock } from '@flotilla/testing';
import { expect, it } from 'vitest';
import { FileReport, followFiles, type FileProblem } from './file-report.ts';

const misspelt: FileProblem = { file: 'a.yaml', line: 19, ref: 'VirtualService/default/reviews', path: 'spec.hots', reason: 'is not a known field', severity: 'error' };
const unreadable: FileProblem = { file: 'a.yaml', line: 0, path: '', reason: 'cannot be read', severity: 'error' };
const doubtful: FileProblem = { file: 'b.yaml', line: 0, path: 'spec', reason: 'is of no use', severity: 'warning' };

it('says each problem once, and when a file is in order again', () => {
  const report = new FileReport();
  expect(report.news([])).toEqual([]);
  expect(report.news([misspelt, doubtful])).toEqual([
    'error a.yaml:19 VirtualService/default/reviews spec.hots: is not a known field',
    'warning b.yaml spec: is of no use',
    'What was in force before stays in force.',
  ]);
  expect(report.news([misspelt, doubtful])).toEqual([]);
  expect(report.news([misspelt, unreadable])).toEqual(['error a.yaml: cannot be read']);
  expect(report.news([])).toEqual(['a.yaml is in order again.']);
  expect(report.news([misspelt])).toHaveLength(2);
});

it('goes on when Galley was away, until it is told to stop', async () => {
  const clock = new FakeClock();
  const said: string[] = [];
  const answers: (() => Promise<FileProblem[]>)[] = [() => Promise.reject(new Error('away')), () => Promise.resolve([unreadable]), () => Promise.reject(new Error('away')), () => Promise.resolve([])];
  const stop = followFiles(() => answers.shift()?.() ?? Promise.resolve([]), { clock, say: (line) => said.push(line) });
  for (let left = answers.length; left >= 0; left -= 1) {
    await expect.poll(() => clock.pending).toBe(1);
    clock.advance(500);
  }
  expect(said).toEqual(['error a.yaml: cannot be read', 'What was in force before stays in force.', 'a.yaml is in order again.']);
  await expect.poll(() => clock.pending).toBe(1);
  stop();
  expect(clock.pending).toBe(0);
});
