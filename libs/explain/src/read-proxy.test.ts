import { expect, it } from 'vitest';
import { readProxy } from './read-proxy.ts';

it('reads a proxy by its parts, or by its node', () => {
  expect(readProxy({ type: 'gateway', ipAddresses: ['10.0.0.9'], labels: { istio: 'ingressgateway' }, metadata: { NAMESPACE: 'edge' } })).toMatchObject({
    type: 'gateway', namespace: 'edge', ipAddresses: ['10.0.0.9'], labels: { istio: 'ingressgateway' },
  });
  expect(readProxy({ id: 'sidecar~10.0.0.1~reviews.shop~shop.svc.cluster.local' })).toMatchObject({ type: 'sidecar', namespace: 'shop', ipAddresses: ['10.0.0.1'] });
});

it('takes where a proxy is for labels of it, in either form', () => {
  const labels = { 'topology.kubernetes.io/region': 'eu', 'topology.kubernetes.io/zone': 'eu-1', 'topology.istio.io/subzone': 'a' };
  expect(readProxy({ type: 'sidecar', locality: { region: 'eu', zone: 'eu-1', subZone: 'a' } }).labels).toEqual(labels);
  expect(readProxy({ id: 'sidecar~10.0.0.1~reviews.shop~shop.svc.cluster.local', locality: { region: 'eu', zone: 'eu-1', sub_zone: 'a' } }).labels).toEqual(labels);
});

it('tells everything that is wrong', () => {
  expect(() => readProxy({ type: 'proxy', ipAddresses: '10.0.0.9' })).toThrow(
    expect.objectContaining({ code: 'MALFORMED_REQUEST', problems: [expect.objectContaining({ path: 'type', found: 'proxy' }), expect.objectContaining({ path: 'ipAddresses', found: '10.0.0.9' })] }),
  );
  expect(() => readProxy('reviews')).toThrow('A proxy is a map');
});
