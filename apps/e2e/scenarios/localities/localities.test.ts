import { eventually } from '@flotilla/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { answering } from '../../src/answering.ts';
import { startProcessMesh, type ProcessMesh } from '../../src/process-mesh.ts';

let mesh: ProcessMesh;
beforeAll(async () => {
  mesh = await startProcessMesh();
});
afterAll(() => mesh.stop());

it('sends requests to the nearest instances, and to the next place while those fail', async () => {
  const caller = await mesh.attach({ app: 'caller', version: 'v1', locality: 'eu/west/a' });
  const near = await mesh.attach({ app: 'shop', version: 'v1', locality: 'eu/west/b' });
  const far = await mesh.attach({ app: 'shop', version: 'v2', locality: 'us/east/a' });
  expect(await answering(caller, 'shop', 30), 'without a rule all places are alike').toEqual(new Set([near.name, far.name]));

  await mesh.apply(`
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: shop, namespace: default}
spec:
  host: shop
  trafficPolicy:
    outlierDetection: {consecutive5xxErrors: 1, interval: 1s, baseEjectionTime: 1s, maxEjectionPercent: 100}`);
  expect(await answering(caller, 'shop', 30)).toEqual(new Set([near.name]));
  await near.answer({ status: 500 });
  await eventually(async () => expect(await answering(caller, 'shop', 5)).toEqual(new Set([far.name])));
  await near.answer();
  await eventually(async () => expect(await answering(caller, 'shop', 5)).toEqual(new Set([near.name])), { timeoutMs: 20_000 });
});

it('keeps requests in the zone as far as its share of the instances goes, of Envoys that know their peers', async () => {
  await mesh.apply(`
apiVersion: networking.istio.io/v1beta1
kind: ProxyConfig
metadata: {name: buyers, namespace: default}
spec:
  selector: {matchLabels: {app: buyer}}
  environmentVariables: {ISTIO_META_ENABLE_SELF_DISCOVERY: "true"}
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: stall, namespace: default}
spec:
  host: stall
  trafficPolicy:
    loadBalancer: {simple: ROUND_ROBIN, zoneAwareLbSetting: {enabled: true, minClusterSize: 2}}`);
  const west = await mesh.attach({ app: 'stall', version: 'v1', locality: 'eu/west' });
  const east = await mesh.attach({ app: 'stall', version: 'v1', locality: 'eu/east' });
  await mesh.attach({ app: 'stall', version: 'v1', locality: 'us/east' });
  const buyer = await mesh.attach({ app: 'buyer', version: 'v1', locality: 'eu/west' });
  expect(await answering(buyer, 'stall', 40), 'with all buyers in one zone, its one stall cannot serve them all').toEqual(new Set([west.name, east.name]));

  const other = await mesh.attach({ app: 'buyer', version: 'v1', locality: 'eu/east' });
  await eventually(async () => expect(await answering(buyer, 'stall', 40)).toEqual(new Set([west.name])));
  expect(await answering(other, 'stall', 40)).toEqual(new Set([east.name]));
});
