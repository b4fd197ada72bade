import { test } from 'vitest';
import { readResource } from '../src/index.ts';

const documents = Array.from({ length: 1_000 }, (_, index) => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'VirtualService',
  metadata: { name: `reviews-${index}`, namespace: 'default' },
  spec: {
    hosts: [`reviews-${index}`],
    http: [
      { match: [{ headers: { 'end-user': { exact: 'jason' } }, uri: { regex: '/api/v[0-9]+/.*' } }], route: [{ destination: { host: 'reviews' } }], timeout: '5s' },
      { route: [{ destination: { host: 'reviews', subset: 'v1' }, weight: 80 }, { destination: { host: 'reviews', subset: 'v2' }, weight: 20 }] },
    ],
  },
}));

test('read and validate 1,000 VirtualServices', async ({ bench }) => {
  await bench('read', () => {
    for (const document of documents) readResource(document, { defaultNamespace: 'default' });
  }).run();
});
