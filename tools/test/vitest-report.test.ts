import { expect, it } from 'vitest';
import { countOf } from './vitest-report.ts';

it('counts tests, and a file that could not be run as one that failed', () => {
  const tests = (...statuses: string[]) => statuses.map((status) => ({ status }));
  expect(
    countOf({
      numPassedTests: 3,
      testResults: [
        { status: 'passed', assertionResults: tests('passed', 'passed') },
        { status: 'failed', assertionResults: tests('passed', 'failed', 'failed') },
        { status: 'failed', assertionResults: [] },
      ],
    }),
  ).toEqual({ passed: 3, failed: 3 });
});
