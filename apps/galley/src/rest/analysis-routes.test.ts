import type { MeshResource } from '@flotilla/resources';
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

it('tells whoever reads what they have just written, one by one or in a list', async () => {
  const wrong = (name: string): object => ({ apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', metadata: { name, namespace: 'shop' }, spec: { hosts: [name], http: [{ route: [{ destination: { host: 'nowhere' } }] }] } });
  const path = '/apis/networking.istio.io/v1/namespaces/shop/virtualservices';
  const said = ({ status }: MeshResource): unknown => status?.validationMessages?.map(({ type }) => type.code);
  await applied(wrong('first'));
  expect(said((await galley.call('GET', `${path}/first`)).body as MeshResource)).toEqual(['IST0101']);
  await applied(wrong('second'));
  const list = (await galley.call('GET', path)).body as { items: MeshResource[] };
  expect(list.items.filter(({ metadata }) => metadata.name === 'second').map(said)).toEqual([['IST0101']]);
  await applied(wrong('third'));
  expect(await items('namespace=shop')).toContainEqual(expect.objectContaining({ origin: 'VirtualService shop/third' }));
});

it('answers for workloads once it has looked at a revision of the endpoints', async () => {
  const entry = { apiVersion: 'networking.istio.io/v1', kind: 'WorkloadEntry', metadata: { name: 'vm', namespace: 'shop' }, spec: { address: '10.0.0.1' } };
  const endpoints = await applied(entry);
  const { body } = await galley.call('GET', `/v1/analysis?afterEndpoints=${endpoints}`);
  expect((body as { revision: unknown }).revision).toMatchObject({ endpoints });
});
