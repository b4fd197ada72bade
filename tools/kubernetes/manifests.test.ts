import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expectGolden, hasKubeApiserver, startKubeApiserver, toolPath, type TestKubeApiserver } from '@flotilla/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const manifests = fileURLToPath(new URL('../../k8s', import.meta.url));
const overlays = ['demo', 'minimal', 'production'];

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
    const { stdout } = await run(toolPath('kubectl'), ['kustomize', `${manifests}/overlays/${overlay}`], { maxBuffer: 2 ** 26 });
    // The definitions of kinds are golden files themselves.
    const others = stdout.split('\n---\n').filter((document) => !document.includes('kind: CustomResourceDefinition\n'));
    expectGolden(fileURLToPath(new URL(`testdata/${overlay}.yaml`, import.meta.url)), `${others.join('\n---\n').trimEnd()}\n`);
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
  });
  afterAll(async () => {
    await server.stop();
    rmSync(folder, { recursive: true });
  });

  it.each(overlays)('takes %s, with nothing to warn of', async (overlay) => {
    const { stderr } = await apply('--dry-run=server', '-k', `${manifests}/overlays/${overlay}`);
    // kubectl's own log says that an overlay has an order of its own.
    expect(stderr.split('\n').filter((line) => line !== '' && !/^I\d{4} /.test(line))).toEqual([]);
  });
});
