import { afterAll, beforeAll, expect, it } from 'vitest';
import { prepareGround, type Ground, type RunningGalley } from '../testing/running-galley.ts';

let ground: Ground;
let galley: RunningGalley;

beforeAll(async () => {
  ground = await prepareGround();
  galley = await ground.start();
  await galley.ready();
});
afterAll(() => ground.clear());

async function applied(document: object): Promise<number> {
  const { body } = await galley.call('POST', '/v1/apply', document);
  return (body as { revision: number }).revision;
}

async function items(query: string): Promise<unknown> {
  return ((await galley.call('GET', `/v1/analysis?${query}`)).body as { items: unknown }).items;
}

it('answers what analysis says once it has looked at a revision', async () => {
  const rule = { apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', metadata: { name: 'edge', namespace: 'shop' }, spec: { hosts: ['shop.example.com'], gateways: ['edge'], http: [{ directResponse: { status: 200 } }] } };
  const before = await applied(rule);
  expect(await items(`after=${before}`)).toEqual([
    {
      code: 'IST0101', name: 'ReferencedResourceNotFound', level: 'Error', origin: 'VirtualService shop/edge', message: 'The gateway "edge" is not found.', path: 'spec.gateways[0]',
      analyzer: 'virtualservice.GatewayAnalyzer', documentationUrl: 'https://istio.io/latest/docs/reference/config/analysis/ist0101/',
    },
  ]);
  expect(await items('namespace=other')).toEqual([]);
  const after = await applied({ apiVersion: 'networking.istio.io/v1', kind: 'Gateway', metadata: { name: 'edge', namespace: 'shop' }, spec: { servers: [{ port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts: ['*'] }] } });
  expect(await items(`after=${after}`)).toEqual([]);
});
