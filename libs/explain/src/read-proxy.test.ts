import { expect, it } from 'vitest';
import { readProxy } from './read-proxy.ts';

it('reads a proxy by its parts, or by its node', () => {
  expect(readProxy({ type: 'gateway', ipAddresses: ['10.0.0.9'], labels: { istio: 'ingressgateway' }, metadata: { NAMESPACE: 'edge' } })).toMatchObject({
    type: 'gateway', namespace: 'edge', ipAddresses: ['10.0.0.9'], labels: { istio: 'ingressgateway' },
  });
  expect(readProxy({ id: 'sidecar~10.0.0.1~reviews.shop~shop.svc.cluster.local' })).toMatchObject({ type: 'sidecar', namespace: 'shop', ipAddresses: ['10.0.0.1'] });
});

it('tells everything that is wrong', () => {
  expect(() => readProxy({ type: 'proxy', ipAddresses: '10.0.0.9' })).toThrow(
    expect.objectContaining({ code: 'MALFORMED_REQUEST', problems: [expect.objectContaining({ path: 'type', found: 'proxy' }), expect.objectContaining({ path: 'ipAddresses', found: '10.0.0.9' })] }),
  );
  expect(() => readProxy('reviews')).toThrow('A proxy is a map');
});
