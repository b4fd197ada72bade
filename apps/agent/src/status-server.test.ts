import { createServer } from 'node:http';
import { Gauge, Registry } from '@flotilla/admin';
import { createLogger } from '@flotilla/runtime';
import { freePort } from '@flotilla/testing';
import { afterEach, expect, it } from 'vitest';
import { makeAppProbe, readAppProbes } from './probes/app-probes.ts';
import { serveStatus, type StatusSources } from './status-server.ts';

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});

async function status(sources: Partial<StatusSources>): Promise<(path: string) => Promise<{ status: number; text: string }>> {
  const metrics = new Registry();
  new Gauge({ name: 'agent_is', help: 'Is.', registers: [metrics] }).set(1);
  const port = await freePort();
  const logger = createLogger('test', { level: 'silent' });
  open.push(await serveStatus(port, { notReady: () => [], envoyMetrics: () => Promise.resolve('envoy_is 1'), metrics, appMetrics: undefined, appProbes: new Map(), probe: () => Promise.resolve(undefined), logger, ...sources }));
  return async (path) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`);
    return { status: response.status, text: await response.text() };
  };
}

it('says why the proxy is not ready, until it is', async () => {
  const reasons = ['its Envoy is not live yet'];
  const ask = await status({ notReady: () => reasons });
  expect(await ask('/healthz/ready')).toEqual({ status: 503, text: 'its Envoy is not live yet\n' });
  reasons.pop();
  expect(await ask('/healthz/ready')).toEqual({ status: 200, text: '' });
  expect((await ask('/elsewhere')).status).toBe(404);
});

it("joins the statistics of Envoy, agent and application, as far as they can be had", async () => {
  const port = await freePort();
  const app = createServer((_request, response) => response.end('app_is 1\n\n'));
  open.push(app);
  await new Promise<void>((listening) => app.listen(port, '127.0.0.1', listening));
  const all = await status({ appMetrics: `http://127.0.0.1:${port}/metrics` });
  expect((await all('/stats/prometheus')).text).toBe('envoy_is 1\n# HELP agent_is Is.\n# TYPE agent_is gauge\nagent_is 1\napp_is 1\n');
  const alone = await status({ envoyMetrics: () => Promise.reject(new Error('gone')), appMetrics: 'http://127.0.0.1:1/metrics' });
  expect(await alone('/stats/prometheus')).toMatchObject({ status: 200, text: expect.stringMatching(/^# HELP agent_is/) as string });
});

it('probes the application in the place of the kubelet', async () => {
  const app = createServer((request, response) => response.writeHead(request.url === '/alive' ? 200 : 500).end());
  open.push(app);
  const port = await freePort();
  await new Promise<void>((listening) => app.listen(port, '127.0.0.1', listening));
  const appProbes = readAppProbes(JSON.stringify({ '/app-health/app/livez': { httpGet: { port, path: '/alive' } }, '/app-health/app/readyz': { httpGet: { port, path: '/ready' } }, '/app-health/app/startupz': { tcpSocket: { port: await freePort() } } }));
  const ask = await status({ appProbes, probe: (probe) => makeAppProbe(probe, { address: '127.0.0.1' }) });
  expect(await ask('/app-health/app/livez')).toEqual({ status: 200, text: '' });
  expect(await ask('/app-health/app/readyz')).toEqual({ status: 503, text: 'it answered with status 500\n' });
  expect(await ask('/app-health/app/startupz')).toMatchObject({ status: 503, text: expect.stringContaining('ECONNREFUSED') as string });
  expect((await ask('/app-health/other/livez')).status).toBe(404);
});

it.each(['{', '[]', '{"/app-health/app/livez": 1}'])('refuses probes that it cannot understand: %s', (text) => {
  expect(() => readAppProbes(text)).toThrow(expect.objectContaining({ code: 'INVALID_SETTINGS' }));
});
