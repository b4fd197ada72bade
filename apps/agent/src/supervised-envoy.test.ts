import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { createLogger, systemClock } from '@flotilla/runtime';
import { toolPath } from '@flotilla/testing';
import { afterAll, expect, it } from 'vitest';
import { readRecord } from './process-record.ts';
import { SupervisedEnvoy } from './supervised-envoy.ts';

const folder = mkdtempSync(join(tmpdir(), 'flotilla-supervised-'));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('can be found by a later life of the agent from the moment it runs', async () => {
  const envoy = new SupervisedEnvoy({
    program: toolPath('envoy'), folder, logFile: join(folder, 'envoy.log'), clock: systemClock, logger: createLogger('test', { level: 'silent' }), random: Math.random,
  });
  const started = envoy.start({ bootstrap: {}, args: ['--config-path', 'bootstrap.json', '--use-dynamic-base-id'], environment: {} });
  while (envoy.pid === undefined) await setImmediate();
  // An agent that is killed here must not leave an Envoy behind that nobody knows of.
  const { pid } = envoy;
  const record = await readRecord(join(folder, 'process.json'));
  await started;
  await envoy.stop();
  expect(record).toMatchObject({ pid });
});
