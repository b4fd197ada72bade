import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expectGolden, hasKubeApiserver, startKubeApiserver, toolPath, type TestKubeApiserver } from '@flotilla/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';

const run = promisify(execFile);
const manifests = fileURLToPath(new URL('../../k8s', import.meta.url));
const overlays = ['demo', 'minimal', 'production'];
/** As a user would write it on top of one of these. */
const ownOverlay = fileURLToPath(new URL('testdata/own', import.meta.url));
const kustomize = async (folder: string): Promise<string> => (await run(toolPath('kubectl'), ['kustomize', folder], { maxBuffer: 2 ** 26 })).stdout;

function hasKubectl(): boolean {
  try {
    return toolPath('kubectl') !== '';
  } catch {
    return false;
  }
}
const [kubectl, present] = [hasKubectl(), hasKubectl() && hasKubeApiserver()];

describe.skipIf(!kubectl)(`manifests${kubectl ? '' : ' (skipped: no kubectl on the PATH)'}`, () => {
  it.each(overlays)('%s is what it was looked at as', async (overlay) => {
    const all = await kustomize(`${manifests}/overlays/${overlay}`);
    // The definitions of kinds are golden files themselves.
    const others = all.split('\n---\n').filter((document) => !document.includes('kind: CustomResourceDefinition\n'));
    expectGolden(fileURLToPath(new URL(`testdata/${overlay}.yaml`, import.meta.url)), `${others.join('\n---\n').trimEnd()}\n`);
  });

  it("an overlay of one's own says which images, whether webhooks may be passed over, and which revisions there are", async () => {
    const objects = parseAllDocuments(await kustomize(ownOverlay)).map((document) => document.toJS() as { kind: string; metadata: { name: string }; webhooks?: { clientConfig: { service: { path: string } }; failurePolicy: string }[] });
    const named = [...JSON.stringify(objects).matchAll(/"([^"]*flotilla\/(?:citadel|galley|pilot|mixer|nats|proxy)[:@][^"]*)"/g)].map(([, image]) => image);
    expect(new Set(named)).toEqual(new Set(['citadel', 'galley', 'pilot', 'mixer', 'nats', 'proxy'].map((name) => `images.example.com/flotilla/${name}:0.1.0`)));
    expect(named.filter((image) => image?.includes('/proxy:')), 'the gateway, and what Galley gives pods').toHaveLength(2);
    const webhooks = objects.flatMap(({ metadata, webhooks: own = [] }) => own.map(({ clientConfig, failurePolicy }) => [metadata.name, clientConfig.service.path, failurePolicy].join(' ')));
    expect(new Set(webhooks)).toEqual(new Set(['flotilla-sidecar-injector /inject Ignore', 'flotilla-sidecar-injector-canary /inject/canary Fail', 'flotilla-validator /validate Fail']));
  });

  it('is shown in the docs as it is tried here', () => {
    const tried = readFileSync(join(ownOverlay, 'kustomization.yaml'), 'utf8').replaceAll('../../../../k8s/overlays/', '../').replaceAll('../../../../k8s/', '../../');
    expect(readFileSync(join(manifests, '../docs/kubernetes.md'), 'utf8')).toContain(tried);
  });
});

describe.skipIf(!present)(`a cluster${present ? '' : ' (skipped: no kube-apiserver or kubectl on the PATH)'}`, () => {
  let server: TestKubeApiserver;
  const folder = mkdtempSync(join(tmpdir(), 'flotilla-manifests-'));
  const kubeconfig = join(folder, 'kubeconfig');
  const apply = (...args: string[]): Promise<{ stderr: string }> => run(toolPath('kubectl'), ['--kubeconfig', kubeconfig, 'apply', ...args], { maxBuffer: 2 ** 26, env: { ...process.env, HOME: folder } });

  beforeAll(async () => {
    server = await startKubeApiserver();
    const { server: address, ca, token } = server.access;
    writeFileSync(kubeconfig, JSON.stringify({
      'current-context': 'test',
      contexts: [{ name: 'test', context: { cluster: 'test', user: 'test' } }],
      clusters: [{ name: 'test', cluster: { server: address, 'certificate-authority-data': Buffer.from(ca).toString('base64') } }],
      users: [{ name: 'test', user: { token: await token() } }],
    }));
    // Without these, a dry run could not look at what is within them.
    await apply('-k', `${manifests}/base/crds`);
    await apply('-f', `${manifests}/base/namespace.yaml`);
    await apply('-f', `${manifests}/components/root-namespace/namespace.yaml`);
  });
  afterAll(async () => {
    await server.stop();
    rmSync(folder, { recursive: true });
  });

  it.each([...overlays.map((overlay) => [overlay, `${manifests}/overlays/${overlay}`] as const), ["one of one's own", ownOverlay] as const])('takes %s, with nothing to warn of', async (_, overlay) => {
    const { stderr } = await apply('--dry-run=server', '-k', overlay);
    // kubectl's own log says that an overlay has an order of its own.
    expect(stderr.split('\n').filter((line) => line !== '' && !/^I\d{4} /.test(line))).toEqual([]);
  });
});
