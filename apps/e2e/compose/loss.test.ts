import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadReviews, reviewsAtGateway, reviewsUrl } from '../src/bookinfo.ts';
import { composeMesh, type ComposeMesh } from '../src/compose-mesh.ts';
import { killPrograms } from '../src/killed-container.ts';
import { get } from '../src/load.ts';
import { markedDetails } from '../src/marked-details.ts';
import { eventually } from '@flotilla/testing';

let mesh: ComposeMesh;
beforeAll(async () => {
  mesh = await composeMesh();
  await mesh.apply(reviewsAtGateway);
});
afterAll(() => mesh.stop());

const subset = 'apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: details, namespace: default}\nspec: {host: details, subsets: [{name: v1, labels: {version: v1}}]}';

it.each(['nats', 'citadel', 'galley', 'pilot', 'mixer', 'admin', 'the-whole-control-plane'])('fails no request when %s dies, and takes changes in when it is back', async (victim) => {
  const services = victim === 'the-whole-control-plane' ? ['nats', 'citadel', 'galley', 'pilot', 'mixer'] : [victim];
  const load = loadReviews(mesh);
  const returns = await Promise.all(services.map((service) => killPrograms(mesh.compose, service)));
  await Promise.all(returns.map((returned) => returned()));
  await eventually(() => mesh.settled(), { timeoutMs: 60_000 });
  // Galley may yet have to notice that NATS is back.
  await eventually(() => mesh.apply(`${subset}\n---\n${markedDetails('x-after', victim)}`));
  const { headers } = await mesh.callFrom('productpage-v1', 'http://details:9080/details/0');
  const { sent, failures } = await load.stop();
  expect(headers['x-after']).toBe(victim);
  expect(failures).toEqual([]);
  expect(sent).toBeGreaterThan(20);
});

it.each(['reviews-v2-app', 'reviews-v2-proxy', 'ratings-app', 'ingressgateway', 'details-proxy', 'productpage-app'])('serves again by itself after %s died', async (victim) => {
  const returned = await killPrograms(mesh.compose, victim);
  await returned();
  await eventually(async () => {
    const { status, body } = await get(`${mesh.gatewayUrl}/productpage`);
    if (status !== 200 || /unavailable/.test(body)) throw new Error(`the page is ${status}: ${body}`);
  }, { timeoutMs: 60_000 });
  await mesh.settled();
});

it('is whole again after one command when the network of a workload died', async () => {
  await mesh.compose.run('kill', '--signal', 'SIGKILL', 'reviews-v3');
  await mesh.compose.run('up', '-d', '--wait', '--force-recreate', '--no-deps', 'reviews-v3', 'reviews-v3-proxy', 'reviews-v3-app');
  await mesh.settled();
  await eventually(async () => {
    const { body } = await get(reviewsUrl(mesh));
    if (!body.includes('reviews-v3')) throw new Error(body);
  }, { timeoutMs: 60_000 });
});
