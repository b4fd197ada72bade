import { create } from '@bufbuild/protobuf';
import { NodeSchema } from '@flotilla/envoy-api/envoy/config/core/v3/base_pb.js';
import { FlotillaError } from '@flotilla/errors';
import { expect, test } from 'vitest';
import { proxyFromNode } from './index.ts';

test('a node says all there is to know of a proxy', () => {
  const node = create(NodeSchema, {
    id: 'sidecar~127.20.0.4~reviews-v1.default~default.svc.cluster.local',
    metadata: {
      NAMESPACE: 'default',
      LABELS: { app: 'reviews', version: 'v1' },
      SERVICE_ACCOUNT: 'bookinfo-reviews',
      INSTANCE_IPS: '127.20.0.4,::1',
      INTERCEPTION_MODE: 'NONE',
      HTTP_PROXY_PORT: '15002',
      FLOTILLA_APP_ENDPOINTS: { '9080': '127.0.0.1:29083' },
      FLOTILLA_MIXER_CLUSTER: 'flotilla-mixer',
      ISTIO_VERSION: '1.31.0',
    },
  });
  expect(proxyFromNode(node)).toEqual({
    id: node.id,
    type: 'sidecar',
    namespace: 'default',
    serviceAccount: 'bookinfo-reviews',
    labels: { app: 'reviews', version: 'v1' },
    ipAddresses: ['127.20.0.4', '::1'],
    interception: 'NONE',
    httpProxyPort: 15002,
    appEndpoints: { 9080: '127.0.0.1:29083' },
    mixerCluster: 'flotilla-mixer',
    version: '1.31.0',
    metadata: {
      NAMESPACE: 'default', SERVICE_ACCOUNT: 'bookinfo-reviews', INSTANCE_IPS: '127.20.0.4,::1', INTERCEPTION_MODE: 'NONE',
      HTTP_PROXY_PORT: '15002', FLOTILLA_MIXER_CLUSTER: 'flotilla-mixer', ISTIO_VERSION: '1.31.0',
    },
  });
});

test('a delta stream takes virtual hosts one by one, unless its node says that it cannot', () => {
  const id = 'sidecar~10.0.0.1~a.b~b.svc.cluster.local';
  expect(proxyFromNode(create(NodeSchema, { id }), 'sotw').discoversVirtualHosts).toBeUndefined();
  expect(proxyFromNode(create(NodeSchema, { id }), 'delta').discoversVirtualHosts).toBe(true);
  for (const said of [false, 'false']) {
    expect(proxyFromNode(create(NodeSchema, { id, metadata: { FLOTILLA_VHDS: said } }), 'delta').discoversVirtualHosts).toBeUndefined();
  }
});

test('a gRPC client without a proxy says so by the generator it asks for, and takes each resource whole', () => {
  const node = create(NodeSchema, { id: 'sidecar~10.0.0.1~a.b~b.svc.cluster.local', metadata: { GENERATOR: 'grpc' } });
  expect(proxyFromNode(node, 'delta')).toMatchObject({ type: 'proxyless', namespace: 'b' });
  expect(proxyFromNode(node, 'delta').discoversVirtualHosts).toBeUndefined();
});

test('where a node is counts among its labels, unless they say otherwise', () => {
  const node = create(NodeSchema, {
    id: 'sidecar~127.20.0.4~reviews-v1.default~default.svc.cluster.local',
    locality: { region: 'eu', zone: 'eu-1' },
    metadata: { NETWORK: 'lan', LABELS: { 'topology.kubernetes.io/zone': 'eu-2' } },
  });
  expect(proxyFromNode(node).labels).toEqual({ 'topology.kubernetes.io/region': 'eu', 'topology.kubernetes.io/zone': 'eu-2', 'topology.istio.io/network': 'lan' });
});

test('a node without metadata is that of a pod', () => {
  expect(proxyFromNode(create(NodeSchema, { id: 'router~10.0.0.1~edge-1.istio-system~istio-system.svc.cluster.local' }))).toMatchObject({
    type: 'gateway',
    namespace: 'istio-system',
    labels: {},
    ipAddresses: ['10.0.0.1'],
    interception: 'REDIRECT',
  });
});

test.each(['', 'envoy-1', 'ztunnel~10.0.0.1~a.b~b.svc', 'sidecar~~a.b~b.svc', 'sidecar~10.0.0.1~a.b~b.svc~more'])('"%s" is no node id', (id) => {
  expect(() => proxyFromNode(create(NodeSchema, { id }))).toThrow(FlotillaError);
});
