import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from '@flotilla/testing';
import { loadReviews, reviewsAtGateway } from '../src/bookinfo.ts';
import { composeMesh, composeProject, type ComposeMesh } from '../src/compose-mesh.ts';
import { Compose, docker, imageOf } from '../src/compose.ts';

const components = ['nats', 'citadel', 'galley', 'pilot', 'mixer'] as const;
const folder = process.env[composeProject.folder] ?? '';

let mesh: ComposeMesh;
let scratch: string;
/** The project with another image for each component, and for the proxy of reviews v2. */
let next: Compose;

beforeAll(async () => {
  mesh = await composeMesh();
  await mesh.apply(reviewsAtGateway);
  scratch = mkdtempSync(join(tmpdir(), 'flotilla-upgrade-'));
  for (const name of [...components, 'proxy']) {
    writeFileSync(join(scratch, 'Dockerfile'), `FROM ${imageOf(name)}\nLABEL org.opencontainers.image.version=next\n`);
    await docker('build', '-q', '-t', imageOf(name, 'next'), scratch);
  }
  const images = Object.fromEntries([...components.map((name) => [name, { image: imageOf(name, 'next') }]), ['reviews-v2-proxy', { image: imageOf('proxy', 'next') }]]) as Record<string, { image: string }>;
  writeFileSync(join(scratch, 'next.json'), JSON.stringify({ services: images }));
  next = new Compose(mesh.compose.project, folder, [join(scratch, 'next.json')]);
});

afterAll(async () => {
  await mesh.compose.run('up', '-d', '--wait');
  await mesh.stop();
  await docker('image', 'rm', ...[...components, 'proxy'].map((name) => imageOf(name, 'next')));
  rmSync(scratch, { recursive: true, force: true });
});

it.each([...components, 'reviews-v2-proxy'])('replaces %s by its next version without a failed request', async (service) => {
  const load = loadReviews(mesh);
  await next.run('up', '-d', '--no-deps', '--no-build', '--wait', service);
  await eventually(() => mesh.settled(), { timeoutMs: 90_000 });
  const { sent, failures } = await load.stop();
  const [container = ''] = await mesh.compose.containers(service);
  expect(await docker('inspect', '-f', '{{.Config.Image}}', container)).toMatch(/:next$/);
  expect(failures).toEqual([]);
  expect(sent).toBeGreaterThan(20);
});
