import { loadSettings, Type } from '@flotilla/runtime';
import { expect, it } from 'vitest';
import { ownWorkload, ownWorkloadSettings } from './own-workload.ts';

const described = (env: Record<string, string>, addresses = ['172.18.0.5', 'fd00::5'], labels = '') =>
  ownWorkload(loadSettings(Type.Object(ownWorkloadSettings), { argv: [], env, name: 'agent', description: '' }), { addresses, labels });

it('is described by variables alone, with the addresses of its network namespace', () => {
  expect(described({
    FLOTILLA_WORKLOAD_NAME: 'reviews-v1', FLOTILLA_WORKLOAD_SERVICE_ACCOUNT: 'bookinfo-reviews',
    FLOTILLA_WORKLOAD_LABELS: 'app=reviews,version=v1', FLOTILLA_WORKLOAD_PORTS: 'http:9080',
  })).toEqual({
    name: 'reviews-v1', namespace: 'default', serviceAccount: 'bookinfo-reviews', type: 'sidecar', labels: { app: 'reviews', version: 'v1' },
    address: '172.18.0.5', moreAddresses: ['fd00::5'], interception: 'REDIRECT', ports: [{ name: 'http', number: 9080 }], drainSeconds: 5,
  });
  expect(described({ FLOTILLA_WORKLOAD_NAME: 'edge', FLOTILLA_WORKLOAD_TYPE: 'gateway', FLOTILLA_WORKLOAD_ADDRESS: '10.0.0.1' })).toMatchObject({ type: 'gateway', address: '10.0.0.1', moreAddresses: [] });
});

it('takes of its pod what Kubernetes says, and how its Envoy is run', () => {
  const pod = { FLOTILLA_WORKLOAD_NAME: 'reviews-v1-5d8f-x2x', FLOTILLA_WORKLOAD_OWNER: 'reviews-v1', FLOTILLA_WORKLOAD_INTERCEPTION: 'NONE', FLOTILLA_WORKLOAD_PROXY_CONFIG: '{"concurrency": 4}' };
  expect(described(pod, ['10.0.0.1'], 'app="reviews"\npod-template-hash="5d8f"\n')).toMatchObject({
    labels: { app: 'reviews', 'pod-template-hash': '5d8f' }, owner: 'reviews-v1', interception: 'NONE', proxyConfig: { concurrency: 4 },
  });
  expect(() => described({ ...pod, FLOTILLA_WORKLOAD_PROXY_CONFIG: 'concurrency: many' }, ['10.0.0.1'], 'app\n')).toThrow(
    expect.objectContaining({ problems: [expect.objectContaining({ path: '--workload-labels-file' }), expect.objectContaining({ path: '--workload-proxy-config.concurrency' })] }),
  );
});

it('is none where no name is given', () => {
  expect(described({ FLOTILLA_WORKLOAD_LABELS: 'app=reviews' })).toBeUndefined();
});

it('is refused with every problem there is', () => {
  expect(() => described({ FLOTILLA_WORKLOAD_NAME: 'a', FLOTILLA_WORKLOAD_LABELS: 'app', FLOTILLA_WORKLOAD_PORTS: '9080,http:x' }, [])).toThrow(
    expect.objectContaining({
      code: 'INVALID_SETTINGS',
      problems: [
        { path: '--workload-labels', message: 'is not a pair', found: 'app', allowed: 'as app=reviews' },
        { path: '--workload-ports', message: 'is not a pair', found: '9080', allowed: 'as http:9080' },
        { path: '--workload-ports', message: 'is not a pair', found: 'http:x', allowed: 'as http:9080' },
        { path: '--workload-address', message: 'is needed: this network namespace has no address but loopback' },
      ],
    }),
  );
  expect(() => described({ FLOTILLA_WORKLOAD_NAME: 'a', FLOTILLA_WORKLOAD_PORTS: 'http:0' })).toThrow(expect.objectContaining({ code: 'INVALID_RESOURCE' }));
});
