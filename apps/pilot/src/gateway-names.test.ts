import type { NameAddresses } from '@flotilla/mesh';
import { createLogger } from '@flotilla/runtime';
import { eventually, FakeClock, startDnsServer, type TestDnsServer } from '@flotilla/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { GatewayNames, lookUpAt } from './gateway-names.ts';

const name = 'eastwest.example.com';
let server: TestDnsServer;
let clock: FakeClock;
let names: GatewayNames;
let told: NameAddresses[];
beforeEach(async () => {
  server = await startDnsServer();
  clock = new FakeClock();
  told = [];
  names = new GatewayNames({ lookUp: lookUpAt(server.address), clock, logger: createLogger('test', { level: 'silent' }), onChange: (addresses) => told.push(addresses) });
});
afterEach(async () => {
  await names.stop();
  await server.close();
});

const latest = (): Record<string, readonly string[]> => Object.fromEntries(told.at(-1) ?? []);

test('a name is looked up at once, and again after half a minute, however short its life', async () => {
  server.set(name, ['192.0.2.2', '192.0.2.1']);
  await names.follow(new Set([name]));
  expect(latest()).toEqual({ [name]: ['192.0.2.1', '192.0.2.2'] });
  server.set(name, ['192.0.2.3']);
  await names.follow(new Set([name]));
  expect(told).toHaveLength(1);
  clock.advance(30_000);
  await eventually(() => expect(latest()).toEqual({ [name]: ['192.0.2.3'] }));
});

test('a name that is not known any more keeps its last addresses, and is asked for again', async () => {
  server.set(name, ['192.0.2.1']);
  await names.follow(new Set([name, 'nobody.example.com']));
  expect(latest()).toEqual({ [name]: ['192.0.2.1'] });
  server.set(name, []);
  clock.advance(30_000);
  const lookedUp = () => eventually(() => expect(clock.pending).toBe(2));
  await lookedUp();
  expect(told).toHaveLength(1);
  server.set('nobody.example.com', ['192.0.2.9']);
  clock.advance(30_000);
  await lookedUp();
  expect(latest()).toEqual({ [name]: ['192.0.2.1'], 'nobody.example.com': ['192.0.2.9'] });
});

test('a name that no gateway has any more is forgotten', async () => {
  server.set(name, ['192.0.2.1']);
  await names.follow(new Set([name]));
  await names.follow(new Set());
  expect(latest()).toEqual({});
  expect(clock.pending).toBe(0);
});
