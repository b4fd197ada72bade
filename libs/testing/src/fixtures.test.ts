import { expect, it } from 'vitest';
import { FakeClock, startEnvoy, startNatsServer, validateWithEnvoy } from './index.ts';

it('fires timers in order as the fake clock passes them', () => {
  const clock = new FakeClock(0);
  const fired: string[] = [];
  clock.after(20, () => fired.push(`late at ${clock.now()}`));
  clock.after(10, () => {
    fired.push(`early at ${clock.now()}`);
    clock.after(5, () => fired.push(`nested at ${clock.now()}`));
  });
  const cancel = clock.after(12, () => fired.push('cancelled'));
  cancel();
  clock.advance(19);
  expect(fired).toEqual(['early at 10', 'nested at 15']);
  clock.advance(1);
  expect(fired).toEqual(['early at 10', 'nested at 15', 'late at 20']);
});

it('runs a real nats-server and brings it back on the same port', async () => {
  const server = await startNatsServer();
  const first = server.pid();
  await server.restart();
  expect(server.pid()).not.toBe(first);
  await server.stop();
});

it('runs a real Envoy, and hears its complaint about a bad bootstrap', async () => {
  const envoy = await startEnvoy({ node: { id: 'test', cluster: 'test' } });
  const info = (await (await fetch(`${envoy.adminUrl}/server_info`)).json()) as { state: string };
  expect(info.state).toBe('LIVE');
  await envoy.stop();
  expect(await validateWithEnvoy({ node: { id: 'test', cluster: 'test' } })).toBeUndefined();
  expect(await validateWithEnvoy({ static_resources: { clusters: [{ name: 'x', type: 'NO_SUCH_TYPE' }] } })).toContain('NO_SUCH_TYPE');
});
