import { afterEach, beforeEach, expect, it } from 'vitest';
import { systemClock } from '@flotilla/runtime';
import { startNatsServer, type TestNatsServer } from '@flotilla/testing';
import { connectBus, natsServerConfig, type Bus, type PropagationReport } from './index.ts';
import { silent } from './testing/fixtures.ts';

const passwords = { galley: 'g-secret', pilot: 'p-secret', mixer: 'm-secret' };
const report = (number: number): PropagationReport => ({ pilot: 'one', number, leaseMs: 1_000, revision: { config: 1, endpoints: 2 } });

let server: TestNatsServer;
let open: Bus[];
beforeEach(async () => {
  server = await startNatsServer((place) => natsServerConfig({ ...place, passwords }));
  open = [];
});
afterEach(async () => {
  for (const bus of open) await bus.close();
  await server.stop();
});

async function connect(user: keyof typeof passwords): Promise<Bus> {
  const bus = await connectBus({ servers: server.url, user, password: passwords[user], name: user, logger: silent, clock: systemClock });
  open.push(bus);
  return bus;
}

it('tells those who listen, and goes on after an interruption', async () => {
  const [pilot, galley] = [await connect('pilot'), await connect('galley')];
  const heard: number[] = [];
  const stop = galley.topic('propagation').listen(({ number }) => void heard.push(number));
  let number = 0;
  // A subscription takes a moment: what is told before is for nobody.
  const tells = (least: number): Promise<void> =>
    expect.poll(() => {
      pilot.topic('propagation').tell(report(number++));
      return heard.length;
    }, { timeout: 15_000 }).toBeGreaterThanOrEqual(least);
  await tells(1);
  const before = heard.length;
  await server.kill();
  expect(() => pilot.topic('propagation').tell(report(number))).not.toThrow();
  await server.restart();
  await tells(before + 1);
  stop();
});

it('lets nobody else speak', async () => {
  const [pilot, galley, mixer] = [await connect('pilot'), await connect('galley'), await connect('mixer')];
  const heard: string[] = [];
  galley.topic('propagation').listen(({ pilot: name }) => void heard.push(name));
  mixer.topic('propagation').tell({ ...report(0), pilot: 'impostor' });
  galley.topic('propagation').tell({ ...report(0), pilot: 'itself' });
  await expect.poll(() => {
    pilot.topic('propagation').tell(report(0));
    return heard.length;
  }, { timeout: 15_000 }).toBeGreaterThan(0);
  expect(new Set(heard)).toEqual(new Set(['one']));
});
