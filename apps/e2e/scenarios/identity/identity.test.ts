import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pageUrl } from '../../src/bookinfo.ts';
import { startLoad } from '../../src/load.ts';
import { startProcessMesh, type ProcessMesh } from '../../src/process-mesh.ts';

describe('identity', () => {
  let mesh: ProcessMesh;
  beforeAll(async () => {
    mesh = await startProcessMesh({ flags: ['--certificate-lifetime', '20s'] });
  });
  afterAll(() => mesh.stop());

  it("rotates every workload's certificate under load; nothing fails", async () => {
    const load = startLoad(pageUrl(mesh), { workers: 4, pauseMs: 5 });
    const before = await mesh.certificateSerial('reviews-v1');
    await expect.poll(() => mesh.certificateSerial('reviews-v1'), { timeout: 40_000, interval: 500 }).not.toBe(before);
    const second = await mesh.certificateSerial('reviews-v1');
    await expect.poll(() => mesh.certificateSerial('reviews-v1'), { timeout: 40_000, interval: 500 }).not.toBe(second);
    const report = await load.stop();
    expect(report.failures).toEqual([]);
    expect(report.sent).toBeGreaterThan(200);
  });

  it('refuses a plaintext call to a mTLS port of a sidecar', async () => {
    const { address } = mesh.workload('reviews-v1');
    const answer = await new Promise<string>((resolve) => {
      const socket = connect(9080, address, () => socket.write('GET /reviews/0 HTTP/1.1\r\nhost: reviews\r\n\r\n'));
      let received = '';
      socket.on('data', (chunk) => (received += chunk.toString('latin1')));
      socket.on('error', () => resolve(received));
      socket.on('close', () => resolve(received));
    });
    expect(answer).not.toContain('HTTP/1.1');
  });

  it('gives an impostor with a wrong token nothing', async () => {
    await expect(mesh.certificateFor('spiffe://cluster.local/ns/default/sa/bookinfo-reviews', 'not-a-token')).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    await expect(mesh.certificateFor('spiffe://cluster.local/ns/flotilla-system/sa/pilot')).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });
});
