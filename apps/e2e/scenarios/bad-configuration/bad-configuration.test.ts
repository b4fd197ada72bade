import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { pageUrl } from '../../src/bookinfo.ts';
import { startLoad, type Load } from '../../src/load.ts';
import { startProcessMesh, type ProcessMesh } from '../../src/process-mesh.ts';

describe('bad configuration', () => {
  let mesh: ProcessMesh;
  let load: Load;
  beforeAll(async () => {
    mesh = await startProcessMesh();
  });
  afterAll(() => mesh.stop());
  beforeEach(() => mesh.reset());

  it('refuses a bad resource with every problem and its path; traffic goes on', async () => {
    load = startLoad(pageUrl(mesh));
    const refused = await mesh.tryApply(`
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: reviews, namespace: default}
spec:
  hosts: [reviews]
  http:
  - timeuot: 1s
    route:
    - destination: {host: reviews, subset: v1}
      weight: -5
    - destination: {subset: v3}`);
    expect(refused.status).toBe(422);
    const text = JSON.stringify(refused.body);
    for (const path of ['spec.http[0].timeuot', 'spec.http[0].route[0].weight', 'spec.http[0].route[1].destination.host']) expect(text).toContain(path);
    expect((await mesh.galley.get('/apis/networking.istio.io/v1/namespaces/default/virtualservices/reviews')).status).toBe(404);
    const report = await load.stop();
    expect(report.failures).toEqual([]);
    expect(report.sent).toBeGreaterThan(0);
  });

  it('names what Envoy itself refuses, with its reason, and traffic goes on', async () => {
    load = startLoad(pageUrl(mesh));
    // A header value is Envoy's own formatting language, which Istio's rules do not look into.
    await mesh.apply(`
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: odd, namespace: default}
spec:
  hosts: [details]
  http:
  - headers: {response: {set: {x-odd: "%NO_SUCH_OPERATOR%"}}}
    route: [{destination: {host: details}}]`, { settle: false });
    const refusing = async (): Promise<string[]> => (await mesh.proxies()).filter(({ state }) => state === 'NACKED').map(({ id }) => id);
    await expect.poll(refusing, { timeout: 15_000 }).not.toEqual([]);
    const [id = ''] = await refusing();
    expect((await mesh.pilot.get(`/v1/proxies/${encodeURIComponent(id)}`)).text).toContain('NO_SUCH_OPERATOR');

    // What comes after is not held up by it.
    await mesh.apply(`
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: odd, namespace: default}
spec:
  hosts: [details]
  http:
  - headers: {response: {set: {x-fixed: "yes"}}}
    route: [{destination: {host: details}}]`);
    expect((await mesh.callFrom('productpage-v1', 'http://details:9080/details/0')).headers['x-fixed']).toBe('yes');
    expect((await mesh.proxies()).map((proxy) => proxy.state)).not.toContain('NACKED');
    expect((await load.stop()).failures).toEqual([]);
  });
});
