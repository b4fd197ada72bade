import { eventually } from '@flotilla/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { echoPod, testLabels } from '../src/echo-pod.ts';
import { example } from '../src/examples.ts';
import { kubectl } from '../src/kubectl.ts';
import { kubernetesMesh, type KubernetesMesh } from '../src/kubernetes-mesh.ts';

const service = (name: string, spec: object): object => ({ apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: 'default', labels: testLabels }, spec });
const selector = { app: 'reviews' };
const services = {
  apiVersion: 'v1',
  kind: 'List',
  items: [
    service('headless', { clusterIP: 'None', selector, ports: [{ name: 'http', port: 9080 }] }),
    service('set', { clusterIP: 'None', selector: { app: 'set' }, ports: [{ name: 'http', port: 9080 }] }),
    service('alias', { type: 'ExternalName', externalName: 'reviews.default.svc.cluster.local' }),
    service('several', { selector, ports: [{ name: 'http', port: 80, targetPort: 'http' }, { name: 'http-more', port: 8080, targetPort: 9080 }] }),
    service('raw', { selector, ports: [{ name: 'tcp', port: 7000, targetPort: 9080 }] }),
    service('either', { selector, ipFamilyPolicy: 'PreferDualStack', ports: [{ port: 8081, targetPort: 9080, appProtocol: 'http' }] }),
  ],
};
const strict = 'apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {name: default, namespace: default}\nspec: {mtls: {mode: STRICT}}';

let mesh: KubernetesMesh;
beforeAll(async () => {
  mesh = await kubernetesMesh();
  await mesh.apply([strict, example('bookinfo/destination-rule-all.yaml'), example('bookinfo/virtual-service-reviews-v3.yaml')].join('\n---\n'));
  await kubectl(['apply', '-f', '-'], JSON.stringify(services));
  const pod = echoPod({ app: 'set', version: 'v1' });
  await kubectl(['create', '-f', '-'], JSON.stringify({ ...pod, spec: { ...pod.spec, hostname: 'first', subdomain: 'set' } }));
  await kubectl(['-n', 'default', 'wait', '--for=condition=Ready', 'pod', '-l', 'app=set', '--timeout=120s']);
});
afterAll(() => mesh.stop());

it.each([
  ['a headless Service', 'http://headless:9080', /reviews-v\d/],
  ['the own name of a pod', 'http://first.set:9080', /set-v1-test-/],
  ['the name that stands for another Service, by the rules of that one', 'http://alias:9080', /reviews-v3/],
  ['a port by the name of the container\'s', 'http://several', /reviews-v\d/],
  ['a further port', 'http://several:8080', /reviews-v\d/],
  ['a port of which nothing is said but bytes', 'http://raw:7000', /reviews-v\d/],
  ['a Service of as many address families as the cluster has', 'http://either:8081', /reviews-v\d/],
])('reaches pods that demand certificates by %s', async (_, url, version) => {
  const call = (): Promise<unknown> => mesh.callFrom('productpage-v1', `${url}/reviews/0`);
  await eventually(async () => expect(await call()).toMatchObject({ status: 200 }), { timeoutMs: 20_000 });
  for (let calls = 0; calls < 10; calls += 1) expect(await call()).toMatchObject({ status: 200, body: expect.stringMatching(version) as string });
});
