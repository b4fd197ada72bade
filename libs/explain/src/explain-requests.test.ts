import { createSnapshot, defaultMeshConfig } from '@flotilla/mesh';
import { expect, it } from 'vitest';
import { readEnvoyConfig } from './envoy-config.ts';
import { explainRequests } from './explain-requests.ts';
import { readProxy } from './read-proxy.ts';

it('tells what is wrong with any of the requests', () => {
  const explained = () => explainRequests(createSnapshot(defaultMeshConfig), readProxy({}), readEnvoyConfig([]), [{ url: 'reviews' }, { port: 80 }, { protocol: 'smtp' }], 'requests');
  expect(explained).toThrow(
    expect.objectContaining({ code: 'MALFORMED_REQUEST', problems: [expect.objectContaining({ path: 'requests[0].url' }), expect.objectContaining({ path: 'requests[2].protocol' }), expect.objectContaining({ path: 'requests[2].port' })] }),
  );
});
