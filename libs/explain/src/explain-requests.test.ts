import { advance, createSnapshot, defaultMeshConfig } from '@flotilla/mesh';
import { readYaml } from '@flotilla/resources';
import { configOfProxy } from './config-of-proxy.ts';
import { allSteps } from '@flotilla/translate';
import { expect, it } from 'vitest';
import { explainRequests } from './explain-requests.ts';
import { readProxy } from './read-proxy.ts';

it('tells what is wrong with any of the requests', () => {
  const explained = () => allSteps(explainRequests(createSnapshot(defaultMeshConfig), readProxy({}), [], [{ url: 'reviews' }, { port: 80 }, { protocol: 'smtp' }], 'requests'));
  expect(explained).toThrow(
    expect.objectContaining({ code: 'MALFORMED_REQUEST', problems: [expect.objectContaining({ path: 'requests[0].url' }), expect.objectContaining({ path: 'requests[2].protocol' }), expect.objectContaining({ path: 'requests[2].port' })] }),
  );
});

const hosts = Array.from({ length: 300 }, (_, n) => `s${n}.shop.svc.cluster.local`);
const { resources: services } = readYaml(
  hosts.map((host, n) => `{ apiVersion: networking.istio.io/v1, kind: ServiceEntry, metadata: { name: s${n}, namespace: shop }, spec: { hosts: [${host}], location: MESH_INTERNAL, resolution: STATIC, ports: [{ number: 80, name: http }] } }`).join('\n---\n'),
  { file: 'mesh.yaml', defaultNamespace: 'shop' },
);

it.each([[false], [true]])('does little at a time, however much a proxy is given (virtual hosts on their own: %s)', (discoversVirtualHosts) => {
  const { snapshot } = advance(createSnapshot(defaultMeshConfig), { upserts: services, removals: [] });
  const proxy = { ...readProxy({ configNamespace: 'shop', ipAddresses: ['10.0.0.9'] }), discoversVirtualHosts };
  let looked = 0;
  const watched = [...configOfProxy(snapshot, proxy)].map((some) =>
    some.map(({ typeUrl, name, bytes }) => ({
      typeUrl,
      name,
      get bytes() {
        looked += 1;
        return bytes;
      },
    })),
  );
  const steps = explainRequests(snapshot, proxy, watched, hosts.map((host) => ({ url: `http://${host}/` })));
  let count = 0;
  let most = 0;
  for (let before = 0, step = steps.next(); ; before = looked, step = steps.next()) {
    most = Math.max(most, looked - before);
    if (step.done === true) {
      expect(step.value.map(({ virtualHost }) => virtualHost)).toEqual(hosts.map((host) => `${host}:80`));
      break;
    }
    count += 1;
  }
  // A request looks at its cluster, and the endpoints of that.
  expect(most).toBeLessThan(5);
  expect(count).toBeGreaterThan(3 * hosts.length);
});
