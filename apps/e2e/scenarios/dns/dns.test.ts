import { echoPorts, startEcho, type Echo } from '@flotilla/echo';
import { startDnsServer, type TestDnsServer } from '@flotilla/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startProcessMesh, type ProcessMesh } from '../../src/process-mesh.ts';

const host = 'shop.example.com';
let names: TestDnsServer;
let mesh: ProcessMesh;
const shops: Echo[] = [];
beforeAll(async () => {
  names = await startDnsServer();
  mesh = await startProcessMesh({ flags: ['--dns-resolver', names.address] });
});
afterAll(async () => {
  await mesh.stop();
  await Promise.all([names.close(), ...shops.map((shop) => shop.close())]);
});

/** Opens a shop outside of the mesh, named after its address. */
async function shopAt(last: number): Promise<string> {
  const address = mesh.workload('productpage-v1').address.replace(/\d+$/, String(last));
  shops.push(await startEcho({ name: address, host: address, ports: echoPorts }));
  return address;
}

it('follows the addresses of a name as they change', async () => {
  const [first, second] = [await shopAt(220), await shopAt(221)];
  names.set(host, [first]);
  await mesh.apply(`
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: shop, namespace: default}
spec:
  hosts: [${host}]
  location: MESH_EXTERNAL
  resolution: DNS
  ports: [{number: ${echoPorts.http}, name: http, protocol: HTTP}]`);
  const answering = async (count = 1): Promise<string[]> => {
    const answers = await Promise.all(Array.from({ length: count }, () => mesh.callFrom('productpage-v1', `http://${host}:${echoPorts.http}/`)));
    return [...new Set(answers.map(({ status, body }) => (status === 200 ? (JSON.parse(body) as { name: string }).name : String(status))))].sort();
  };
  const isAnswered = (by: readonly string[], count?: number) => expect.poll(() => answering(count), { timeout: 10_000 }).toEqual(by);
  await isAnswered([first]);
  names.set(host, [second]);
  await isAnswered([second]);
  names.set(host, [first, second]);
  await isAnswered([first, second], 30);
});
