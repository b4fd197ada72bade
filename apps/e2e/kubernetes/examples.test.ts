import { expect, it } from 'vitest';
import { exampleFiles } from '../src/examples.ts';
import { kubectl } from '../src/kubectl.ts';

it.each(exampleFiles())('takes %s from kubectl, and has it in force at every proxy that it concerns', async (name) => {
  const file = `examples/${name}`;
  try {
    expect(await kubectl(['apply', '-f', file])).toMatch(/created|configured/);
    await kubectl(['wait', '--for=condition=Propagated', '--timeout=120s', '-f', file]);
  } finally {
    await kubectl(['delete', '--ignore-not-found', '-f', file]);
  }
});
