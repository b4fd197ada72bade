import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { runCommandLine } from './program.ts';

const objects = `
apiVersion: v1
kind: Service
metadata: { name: reviews, namespace: shop }
spec: { clusterIP: 10.1.0.1, ports: [{ name: http, port: 80, targetPort: 9080 }], selector: { app: reviews } }
---
apiVersion: v1
kind: Pod
metadata: { name: reviews-1, namespace: shop, labels: { app: reviews } }
status: { podIP: 10.0.0.1 }
`;
const rules = `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: reviews, namespace: shop }
spec: { hosts: [reviews], http: [{ name: slow, timeout: 3s, route: [{ destination: { host: reviews } }] }] }
`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'flotilla-offline-'));
  write('objects.yaml', objects);
  write('rules.yaml', rules);
  write('proxy.json', JSON.stringify({ type: 'sidecar', id: 'web.shop', ipAddresses: ['10.0.0.9'], configNamespace: 'shop' }));
  write('requests.yaml', '- url: http://reviews/cart');
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string): void {
  writeFileSync(join(folder, name), text);
}

async function run(command: string) {
  const out: string[] = [];
  const err: string[] = [];
  const code = await runCommandLine(command.split(' '), { env: {}, cwd: folder, now: () => 0, print: (text) => void out.push(text), complain: (text) => void err.push(text), readInput: () => Promise.resolve('') });
  return { code, out: out.join('\n'), err: err.join('\n') };
}

const files = '--config objects.yaml --config rules.yaml --proxy proxy.json';

describe('explain', () => {
  const command = `explain ${files} --requests requests.yaml`;

  it('tells a request after the other, for programs', async () => {
    const { code, out, err } = await run(`${command} -o json`);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(JSON.parse(out)).toMatchObject([{ error: null, listener: '0.0.0.0_80', virtualHost: 'reviews.shop.svc.cluster.local:80', route: 'slow', cluster: 'outbound|80||reviews.shop.svc.cluster.local', endpoints: [{ address: '10.0.0.1:9080' }] }]);
    expect(JSON.parse(out)).toMatchObject([{ causes: [{ of: 'route', resource: 'VirtualService/shop/reviews', path: 'spec.http[0]' }, { of: 'timeout', resource: 'VirtualService/shop/reviews', path: 'spec.http[0].timeout' }, { of: 'cluster', resource: 'Service/shop/reviews', path: 'spec' }, { of: 'protocol', resource: 'Service/shop/reviews', path: 'spec.ports[0]' }] }]);
  });

  it('goes by the networks of a mesh that are in a file of their own', async () => {
    write('networks.yaml', 'networks: {remote: {endpoints: [{fromCidr: 10.0.0.0/24}], gateways: [{address: 192.0.2.1, port: 15443}]}}');
    write('proxy.json', JSON.stringify({ type: 'sidecar', id: 'web.shop', ipAddresses: ['10.9.0.9'], configNamespace: 'shop', labels: { 'topology.istio.io/network': 'local' } }));
    write('objects.yaml', objects.replace('labels: { app: reviews }', 'labels: { app: reviews, security.istio.io/tlsMode: istio }'));
    const { out } = await run(`${command} --mesh-networks networks.yaml -o json`);
    expect(JSON.parse(out)).toMatchObject([{ endpoints: [{ address: '192.0.2.1:15443' }] }]);
  });

  it('tells people the way, step by step', async () => {
    const { out } = await run(command);
    expect(out).toContain('route         slow\ncluster       outbound|80||reviews.shop.svc.cluster.local\nendpoints     10.0.0.1:9080');
    expect(out).toContain('timeout       3s');
  });

  it('complains of what it cannot read, and goes on without it', async () => {
    write('rules.yaml', `${rules}---\nkind: Deployment\nmetadata: { name: x }\n---\n{ broken: [\n---\napiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: { name: bad }\nspec: { servers: 3 }\n---\njust text\n`);
    const { code, out, err } = await run(`${command} -o json`);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject([{ route: 'slow' }]);
    expect(err).toContain('warning: rules.yaml: Deployment/x is of a kind that is not known here, and is left out');
    expect(err).toContain('warning: rules.yaml: YAML syntax');
    expect(err).toContain('warning: rules.yaml: Gateway/bad is left out');
  });

  it('takes the later of two with one name, which keeps the age of the first', async () => {
    write('rules.yaml', rules.replace('name: reviews', 'name: reviews, creationTimestamp: "2020-01-01T00:00:00Z"').replace('slow', 'first'));
    write('later.yaml', rules);
    write('rival.yaml', rules.replace('name: reviews', 'name: another, creationTimestamp: "2021-01-01T00:00:00Z"').replace('slow', 'rival'));
    const { out } = await run(`${command} --config later.yaml --config rival.yaml -o json`);
    expect(JSON.parse(out)).toMatchObject([{ route: 'slow' }]);
  });

  it('names what is wrong with a request', async () => {
    write('requests.yaml', '[{ port: 80, protocol: smtp }]');
    const { code, err } = await run(command);
    expect(code).toBe(1);
    expect(err).toContain('protocol: is none of what there is (found "smtp", allowed: http, http2, grpc, tcp)');
  });

  it('holds to what the mesh does with strangers', async () => {
    write('mesh.yaml', 'outboundTrafficPolicy: {}\nnonsense: 1\nconnectTimeout: soon');
    write('requests.yaml', 'url: http://elsewhere.com/');
    const { out, err } = await run(`${command} --mesh-config mesh.yaml -o json`);
    expect(err).toMatch(/nonsense: .*; it is left out\n.*connectTimeout: .*; it is left out/);
    expect(JSON.parse(out)).toMatchObject([{ virtualHost: 'block_all', response: { status: 502 } }]);
  });
});

describe('render', () => {
  it('shows what the proxy would run', async () => {
    const { code, out } = await run(`render ${files}`);
    expect(code).toBe(0);
    expect(out).toMatch(/LISTENERS\n[\s\S]*0\.0\.0\.0_80[\s\S]*ROUTES\n[\s\S]*reviews[\s\S]*CLUSTERS\n[\s\S]*outbound\|80\|\|reviews\.shop\.svc\.cluster\.local +EDS[\s\S]*ENDPOINTS\n[\s\S]*10\.0\.0\.1:9080/);
    expect(JSON.parse((await run(`render ${files} -o json`)).out)).toMatchObject({ id: 'sidecar~10.0.0.9~web.shop~shop.svc.cluster.local' });
  });
});

describe('inject', () => {
  const deployment = `
# Reviews.
apiVersion: apps/v1
kind: Deployment
metadata: { name: reviews, namespace: shop }
spec: { template: { metadata: { labels: { app: reviews } }, spec: { containers: [{ name: reviews, image: "reviews:1" }] } } }
`;

  it('gives pods their proxies, and leaves all else as it is written', async () => {
    write('app.yaml', `${deployment}---\n# As it is.\nkind: Service\napiVersion: v1\nmetadata: {name: reviews}\n`);
    write('options.yaml', 'nativeSidecars: false\n');
    const { code, out, err } = await run('inject -f app.yaml --options options.yaml --proxy-image proxy:2');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const [app, service] = out.split('---\n');
    expect((parse(app!) as { spec: { template: { spec: { containers: object[] } } } }).spec.template.spec.containers).toMatchObject([{ name: 'reviews' }, { name: 'istio-proxy', image: 'proxy:2' }]);
    expect(service).toBe('# As it is.\nkind: Service\napiVersion: v1\nmetadata: { name: reviews }');
  });

  it('says what it left alone', async () => {
    write('app.yaml', deployment.replace('app: reviews', 'app: reviews, sidecar.istio.io/inject: "false"'));
    const { code, out, err } = await run('inject -f app.yaml');
    expect({ code, err }).toEqual({ code: 0, err: 'not injected: app.yaml: Deployment/shop/reviews: sidecar.istio.io/inject is false' });
    expect(out).not.toContain('istio-proxy');
  });

  it('tells every problem, and prints nothing', async () => {
    write('app.yaml', `${deployment.replace('labels:', 'annotations: { sidecar.istio.io/proxyCPU: lots, sidecar.istio.io/interceptionMode: TPROXY }, labels:')}---\n{ broken: [\n`);
    const { code, out, err } = await run('inject -f app.yaml');
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain('app.yaml: Deployment/shop/reviews.spec.template.metadata.annotations["sidecar.istio.io/proxyCPU"]: is not a quantity');
    expect(err).toContain('sidecar.istio.io/interceptionMode');
    expect(err).toContain('YAML syntax');
  });

  it('refuses options that do not exist', async () => {
    write('app.yaml', deployment);
    write('options.yaml', 'nativeSidecar: false\n');
    const { code, err } = await run('inject -f app.yaml --options options.yaml');
    expect(code).toBe(1);
    expect(err).toContain('nativeSidecar');
  });
});
