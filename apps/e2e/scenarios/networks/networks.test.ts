import { startDnsServer, type TestDnsServer } from '@flotilla/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { answering } from '../../src/answering.ts';
import { startProcessMesh, type ProcessMesh } from '../../src/process-mesh.ts';
import type { TestApp } from '../../src/test-app.ts';

let names: TestDnsServer;
let mesh: ProcessMesh;
let gateway: Awaited<ReturnType<ProcessMesh['attachGateway']>>;
let caller: TestApp;
let near: TestApp;
let far: TestApp;
beforeAll(async () => {
  names = await startDnsServer();
  mesh = await startProcessMesh({ flags: ['--dns-resolver', names.address] });
  caller = await mesh.attach({ app: 'caller', version: 'v1', network: 'lan', locality: 'eu/west/a' });
  near = await mesh.attach({ app: 'shop', version: 'v1', network: 'lan', locality: 'eu/west/b' });
  // It says nothing of its network: its address does.
  far = await mesh.attach({ app: 'shop', version: 'v2', locality: 'us/east/a' });
  gateway = await mesh.attachGateway({ name: 'eastwest', labels: { istio: 'eastwestgateway' }, network: 'vpn' });
  const { address = '' } = far;
  names.set('eastwest.example.com', [gateway.address]);
  await mesh.apply(`
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: cross-network, namespace: default}
spec:
  selector: {istio: eastwestgateway}
  servers:
  - {port: {number: 15443, name: tls, protocol: TLS}, hosts: ['*.svc.cluster.local'], tls: {mode: AUTO_PASSTHROUGH}}
---
apiVersion: mesh.istio.io/v1alpha1
kind: MeshConfig
metadata: {name: default, namespace: istio-system}
spec:
  networks:
    vpn:
      endpoints: [{fromCidr: ${address}/32}]
      gateways: [{address: eastwest.example.com, port: 15443}]`);
});
afterAll(async () => {
  await mesh.stop();
  await names.close();
});

const answers = (count: number): Promise<Set<string>> => answering(caller, 'shop', count);

/** Connections that the gateway has passed on to the application that is behind it. */
async function passedOn(): Promise<number> {
  const { text } = await mesh.agent.get('/v1/workloads/default/eastwest/clusters');
  return Number(/^outbound_\.9080_\._\.shop\.default\.svc\.cluster\.local::[\d.:]+::cx_total::(\d+)$/m.exec(text)?.[1] ?? '0');
}

it('reaches workloads of another network through its gateway, which it knows by name, by mTLS from end to end', async () => {
  await expect.poll(() => answers(20), { timeout: 10_000 }).toEqual(new Set([near.name, far.name]));
  await expect.poll(passedOn).toBeGreaterThan(0);
  const [asked] = await far.asked();
  expect(asked?.headers['x-forwarded-client-cert']).toContain('URI=spiffe://cluster.local/ns/default/sa/bookinfo-reviews');
});

it('fails over to another network while the own one fails', async () => {
  await mesh.apply(`
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: shop, namespace: default}
spec:
  host: shop
  trafficPolicy:
    outlierDetection: {consecutive5xxErrors: 1, interval: 1s, baseEjectionTime: 1s, maxEjectionPercent: 100}`);
  await expect.poll(() => answers(20), { timeout: 10_000 }).toEqual(new Set([near.name]));
  await near.answer({ status: 500 });
  await expect.poll(() => answers(5), { timeout: 20_000 }).toEqual(new Set([far.name]));
  await near.answer();
  await expect.poll(() => answers(20), { timeout: 30_000 }).toEqual(new Set([near.name]));
  await mesh.remove('DestinationRule/default/shop');
});

it('reaches nothing there past the gateway', async () => {
  await expect.poll(() => answers(20), { timeout: 10_000 }).toEqual(new Set([near.name, far.name]));
  await gateway.detach();
  await expect.poll(() => answers(20), { timeout: 20_000 }).not.toContain(far.name);
});
