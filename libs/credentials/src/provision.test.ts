import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tokenKeyOf, verifyToken } from '@flotilla/pki';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { provision } from './index.ts';

const me = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
const nowMs = Date.UTC(2026, 0, 1);
const options = { trustDomain: 'cluster.local', nowMs, controlPlane: me, proxy: me };

let root: string;
beforeEach(() => (root = mkdtempSync(join(tmpdir(), 'flotilla-credentials-'))));
afterEach(() => rmSync(root, { recursive: true }));

const make = (...folders: string[]): void => folders.forEach((folder) => mkdirSync(join(root, folder), { recursive: true }));
const read = (file: string): string => readFileSync(join(root, file), 'utf8').trim();

it('gives each part what it needs, readable by its user alone', async () => {
  make('kept', 'nats', 'citadel', 'galley', 'pilot', 'mixer', 'operator', 'workloads/default/reviews');
  expect(await provision(root, options)).toEqual(['nats', 'citadel', 'galley', 'pilot', 'mixer', 'operator', 'workloads/default/reviews']);
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => statSync(join(root, name)).isFile() && !name.startsWith('kept'));
  expect(files.sort()).toEqual([
    'citadel/admin.token', 'citadel/identity.key', 'galley/admin.token', 'galley/identity.token', 'galley/nats.password',
    'mixer/admin.token', 'mixer/identity.token', 'mixer/nats.password', 'nats/nats-cluster.conf', 'nats/nats.conf', 'operator/admin.token',
    'pilot/admin.token', 'pilot/identity.token', 'pilot/nats.password', 'workloads/default/reviews/admin.token', 'workloads/default/reviews/identity.token',
  ]);
  for (const file of files) expect(statSync(join(root, file)).mode & 0o777).toBe(0o600);
  const key = tokenKeyOf(read('citadel/identity.key'));
  expect((await verifyToken(key, read('workloads/default/reviews/identity.token'), nowMs)).identities).toEqual(['spiffe://cluster.local/ns/default/sa/reviews']);
  expect((await verifyToken(key, read('pilot/identity.token'), nowMs)).identities).toEqual(['spiffe://cluster.local/ns/flotilla-system/sa/pilot']);
  expect(read('nats/nats.conf')).toContain(JSON.stringify(read('galley/nats.password')));
  expect(read('operator/admin.token')).toBe(read('galley/admin.token'));
  expect(read('workloads/default/reviews/admin.token')).not.toBe(read('galley/admin.token'));
});

it('changes no secret that there is, and adds those of a workload that is new', async () => {
  make('kept', 'galley', 'workloads/default/reviews');
  await provision(root, options);
  const before = ['galley/admin.token', 'galley/nats.password', 'workloads/default/reviews/admin.token'].map(read);
  make('workloads/shop/orders');
  expect(await provision(root, options)).toEqual(['galley', 'workloads/default/reviews', 'workloads/shop/orders']);
  expect(['galley/admin.token', 'galley/nats.password', 'workloads/default/reviews/admin.token'].map(read)).toEqual(before);
  expect(read('workloads/shop/orders/identity.token').split('.')).toHaveLength(3);
});

it('refuses folders that it does not know, and to keep nothing', async () => {
  make('pilott');
  await expect(provision(root, options)).rejects.toMatchObject({ code: 'INVALID_SETTINGS', problems: [{ path: join(root, 'kept') }, { path: join(root, 'pilott') }] });
  expect(readdirSync(root)).toEqual(['pilott']);
});
