import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KubernetesApi } from '@flotilla/kubernetes-api';
import { hasKubeApiserver, startKubeApiserver, testKubeconfig, type TestKubeApiserver } from '@flotilla/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommandLine } from '../program.ts';

const present = hasKubeApiserver();

describe.skipIf(!present)(`flotilla precheck, asked of a cluster${present ? '' : ' (skipped: no kube-apiserver on the PATH)'}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'flotilla-precheck-'));
  let cluster: TestKubeApiserver;
  let api: KubernetesApi;

  beforeAll(async () => {
    cluster = await startKubeApiserver();
    api = new KubernetesApi(cluster.access);
  });
  afterAll(async () => {
    api.close();
    await cluster.stop();
    rmSync(folder, { recursive: true });
  });

  async function precheck(token: string): Promise<{ code: number; out: string }> {
    writeFileSync(join(folder, 'kubeconfig'), testKubeconfig(cluster.access, token));
    const lines: string[] = [];
    const print = (line: string): void => void lines.push(line);
    const code = await runCommandLine(['precheck'], { env: { KUBECONFIG: join(folder, 'kubeconfig') }, cwd: folder, now: Date.now, print, complain: print, readInput: () => Promise.resolve('') });
    return { code, out: lines.join('\n') };
  }

  it('warns an administrator of what is missing, and finds nothing in the way', async () => {
    expect(await precheck(await cluster.access.token())).toEqual({ code: 0, out: expect.stringMatching(/^warning: no StorageClass is the default/) as string });
  });

  it('finds what stops it', async () => {
    const labels = { 'istio-injection': 'enabled', 'pod-security.kubernetes.io/enforce': 'restricted' };
    await api.request('POST', '/api/v1/namespaces', { body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels } } });
    const { code, out } = await precheck(await cluster.access.token());
    expect(code).toBe(2);
    expect(out).toContain('error: pods of shop are to be injected');
  });

  it('says what somebody with few rights may not do', async () => {
    await api.request('POST', '/api/v1/namespaces/default/serviceaccounts', { body: { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'guest' } } });
    const { status } = (await api.request('POST', '/api/v1/namespaces/default/serviceaccounts/guest/token', { body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} } })) as { status: { token: string } };
    const { code, out } = await precheck(status.token);
    expect(code).toBe(2);
    expect(out).toMatch(/error: you may not make .*clusterroles.rbac.authorization.k8s.io/);
    expect(out).toMatch(/warning: you may not list namespaces, nodes, definitions, injectors/);
  });
});
