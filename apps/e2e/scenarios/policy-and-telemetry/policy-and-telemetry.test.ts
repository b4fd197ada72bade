import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reviewsUrl } from '../../src/bookinfo.ts';
import { example } from '../../src/examples.ts';
import { burst } from '../../src/load.ts';
import { startProcessMesh, type ProcessMesh } from '../../src/process-mesh.ts';

describe("Mixer's two roles", () => {
  let mesh: ProcessMesh;
  beforeAll(async () => {
    mesh = await startProcessMesh();
  });
  afterAll(() => mesh.stop());

  it('serves the standard metrics of what Envoys logged, as seen by both sides', async () => {
    await mesh.apply(example('bookinfo/destination-rule-all.yaml'));
    await mesh.apply(example('bookinfo/virtual-service-reviews-v3.yaml'));
    await burst(reviewsUrl(mesh), 20);
    const seen = async (reporter: string): Promise<number> => {
      const { text } = await mesh.mixer.get('/metrics');
      const lines = text.split('\n').filter((line) => line.startsWith('istio_requests_total{') && [
        `reporter="${reporter}"`, 'source_workload="productpage-v1"', 'destination_workload="reviews-v3"', 'destination_version="v3"',
        'destination_service="reviews.default.svc.cluster.local"', 'destination_principal="spiffe://cluster.local/ns/default/sa/bookinfo-reviews"',
        'source_principal="spiffe://cluster.local/ns/default/sa/bookinfo-productpage"', 'response_code="200"', 'request_protocol="http"',
        ...(reporter === 'destination' ? ['connection_security_policy="mutual_tls"'] : []),
      ].every((label) => line.includes(label)));
      return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
    };
    await expect.poll(() => seen('source'), { timeout: 15_000 }).toBeGreaterThanOrEqual(20);
    await expect.poll(() => seen('destination'), { timeout: 15_000 }).toBeGreaterThanOrEqual(20);
  });

  it('denies what a deny list says, at the workload it selects only', async () => {
    await mesh.apply(`
apiVersion: policy.flotilla.dev/v1alpha1
kind: DenyList
metadata: {name: no-debug, namespace: default}
spec:
  selector: {matchLabels: {app: details}}
  rules: [{headers: {x-debug: {exact: "1"}}}]
  message: not today`);
    await expect.poll(async () => (await mesh.callFrom('productpage-v1', 'http://details:9080/details/0', { 'x-debug': '1' })).status, { timeout: 10_000 }).toBe(403);
    const denied = await mesh.callFrom('productpage-v1', 'http://details:9080/details/0', { 'x-debug': '1' });
    expect(denied.body).toContain('not today');
    expect((await mesh.callFrom('productpage-v1', 'http://details:9080/details/0')).status).toBe(200);
    expect((await mesh.callFrom('productpage-v1', 'http://ratings:9080/ratings/0', { 'x-debug': '1' })).status).toBe(200);
  });
});
