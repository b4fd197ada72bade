import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, credentials, Metadata, status as codes } from '@grpc/grpc-js';
import { register, XdsChannelCredentials } from '@grpc/grpc-js-xds';
import { echoService } from '@flotilla/echo';
import { freePort } from '@flotilla/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startProcessMesh, type ProcessMesh } from '../../src/process-mesh.ts';
import type { TestApp } from '../../src/test-app.ts';

const port = await freePort();
const folder = await mkdtemp(join(tmpdir(), 'flotilla-proxyless-'));
const target = 'xds:///greeter.default.svc.cluster.local:9082';

const rule = (route: string, before = ''): string => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: greeter, namespace: default}
spec:
  hosts: [greeter]
  http:
  ${before}
  - route: [${route}]`;

const subsets = (policy = ''): string => `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: greeter, namespace: default}
spec:
  host: greeter
  ${policy}
  subsets: [{name: v1, labels: {version: v1}}, {name: v2, labels: {version: v2}}]`;

describe('a gRPC client that goes by xDS itself', () => {
  let mesh: ProcessMesh;
  let client: Client;
  let first: TestApp;
  beforeAll(async () => {
    mesh = await startProcessMesh({ flags: ['--insecure-xds', `127.0.0.1:${port}`] });
    const { certChainPem, keyPem, rootPem } = await mesh.certificateFor('spiffe://cluster.local/ns/default/sa/bookinfo-productpage');
    const files = { certificate: join(folder, 'cert.pem'), key: join(folder, 'key.pem'), roots: join(folder, 'roots.pem') };
    await Promise.all([writeFile(files.certificate, certChainPem), writeFile(files.key, keyPem), writeFile(files.roots, rootPem)]);
    // gRPC reads it when the first of its clients is made.
    process.env['GRPC_XDS_BOOTSTRAP'] = join(folder, 'bootstrap.json');
    await writeFile(process.env['GRPC_XDS_BOOTSTRAP'], JSON.stringify({
      xds_servers: [{ server_uri: `127.0.0.1:${port}`, channel_creds: [{ type: 'insecure' }], server_features: ['xds_v3'] }],
      node: { id: 'sidecar~127.0.0.1~client.default~default.svc.cluster.local', locality: {}, metadata: { GENERATOR: 'grpc', NAMESPACE: 'default' } },
      certificate_providers: { default: { plugin_name: 'file_watcher', config: { certificate_file: files.certificate, private_key_file: files.key, ca_certificate_file: files.roots, refresh_interval: '60s' } } },
    }));
    register();
    first = await mesh.attach({ app: 'greeter', version: 'v1', sidecar: false });
    client = new Client(target, new XdsChannelCredentials(credentials.createInsecure()));
  });
  afterEach(() => mesh.reset());
  afterAll(async () => {
    client.close();
    delete process.env['GRPC_XDS_BOOTSTRAP'];
    await mesh.stop();
    await rm(folder, { recursive: true });
  });

  /** One call: who answered, or the code of the failure. */
  function call(headers: Readonly<Record<string, string>> = {}, path: string = echoService.unary.path): Promise<string> {
    const metadata = new Metadata();
    for (const [name, value] of Object.entries(headers)) metadata.set(name, value);
    return new Promise((resolve) => {
      let name = '';
      const { requestSerialize, responseDeserialize } = echoService.unary;
      const made = client.makeUnaryRequest(path, requestSerialize, responseDeserialize, Buffer.from('hello'), metadata, { deadline: Date.now() + 10_000 }, (error) => resolve(error === null ? name : codes[error.code]));
      made.on('metadata', (answered) => (name = String(answered.get('x-echo')[0])));
    });
  }

  const calls = async (count: number): Promise<string[]> => {
    const answers: string[] = [];
    for (let made = 0; made < count; made += 1) answers.push(await call());
    return answers;
  };

  it('resolves a host of the mesh, and follows its endpoints', async () => {
    expect(await call()).toBe(first.name);
    const second = await mesh.attach({ app: 'greeter', version: 'v2', sidecar: false });
    await expect.poll(async () => new Set(await calls(4))).toEqual(new Set([first.name, second.name]));
    await second.detach();
    await expect.poll(async () => new Set(await calls(4))).toEqual(new Set([first.name]));
    expect((await mesh.proxies()).find(({ id }) => id.includes('~client.default~'))?.state).toBe('SYNCED');
  });

  it('follows weights', async () => {
    const second = await mesh.attach({ app: 'greeter', version: 'v2', sidecar: false });
    await mesh.apply(`${subsets()}\n---\n${rule('{destination: {host: greeter, subset: v1}, weight: 80}, {destination: {host: greeter, subset: v2}, weight: 20}')}`);
    const answers = await calls(400);
    const share = answers.filter((name) => name === first.name).length / answers.length;
    expect(answers.filter((name) => name !== first.name && name !== second.name)).toEqual([]);
    // Five standard deviations of a fair draw of 400 are 0.1.
    expect(share).toBeGreaterThan(0.7);
    expect(share).toBeLessThan(0.9);
    await mesh.apply(rule('{destination: {host: greeter, subset: v2}}'));
    expect(new Set(await calls(8))).toEqual(new Set([second.name]));
    await mesh.reset();
    await second.detach();
  });

  it('injects the faults of a rule, and fails what it cannot answer itself', async () => {
    await mesh.apply(rule('{destination: {host: greeter}}', `
  - match: [{uri: {prefix: /old}}]
    redirect: {uri: /new}
  - match: [{uri: {prefix: /secret}}]
    directResponse: {status: 403}
  - match: [{headers: {x-user: {exact: jason}}}]
    fault: {abort: {grpcStatus: DATA_LOSS, percentage: {value: 100}}}
    corsPolicy: {allowOrigins: [{exact: '*'}]}
    route: [{destination: {host: greeter}}]`));
    await expect.poll(() => call({ 'x-user': 'jason' })).toBe('DATA_LOSS');
    expect(await call({}, '/old/Method')).toBe('UNAVAILABLE');
    expect(await call({}, '/secret/Method')).toBe('PERMISSION_DENIED');
    expect(await call()).toBe(first.name);
  });

  it("speaks the mesh's mTLS to sidecars where a DestinationRule says so", async () => {
    const behind = await mesh.attach({ app: 'greeter', version: 'v2' });
    await mesh.apply(`${subsets('trafficPolicy: {tls: {mode: ISTIO_MUTUAL}}')}\n---\n${rule('{destination: {host: greeter, subset: v2}}')}`);
    expect(await call()).toBe(behind.name);
    await mesh.reset();
    await behind.detach();
  });
});
