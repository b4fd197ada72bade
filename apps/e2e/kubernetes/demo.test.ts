import { eventually } from '@flotilla/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { burst, get, startLoad } from '../src/load.ts';
import { forwardPort, kubectl, rolledOut, type ForwardedPort } from '../src/kubectl.ts';
import { systemWorkloads } from '../src/kubernetes-mesh.ts';

const controlPlane = ['citadel', 'galley', 'pilot', 'mixer', 'nats'];
const routing = ['-f', 'examples/bookinfo/destination-rule-all.yaml', '-f', 'examples/bookinfo/virtual-service-reviews-v3.yaml'];

const mutualTls = (mode: string): string => JSON.stringify({ apiVersion: 'security.istio.io/v1', kind: 'PeerAuthentication', metadata: { name: 'default', namespace: 'default' }, spec: { mtls: { mode } } });
const host = { host: 'reviews.example.com' };
const rules = (weights: readonly (readonly [subset: string, weight: number])[]): string => JSON.stringify({
  apiVersion: 'v1',
  kind: 'List',
  items: [
    { apiVersion: 'networking.istio.io/v1', kind: 'Gateway', metadata: { name: 'reviews', namespace: 'default' }, spec: { selector: { istio: 'ingressgateway' }, servers: [{ port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts: [host.host] }] } },
    { apiVersion: 'networking.istio.io/v1', kind: 'DestinationRule', metadata: { name: 'reviews', namespace: 'default' }, spec: { host: 'reviews', subsets: ['v1', 'v2', 'v3'].map((version) => ({ name: version, labels: { version } })) } },
    {
      apiVersion: 'networking.istio.io/v1',
      kind: 'VirtualService',
      metadata: { name: 'edge', namespace: 'default' },
      spec: { hosts: [host.host], gateways: ['reviews'], http: [{ route: weights.map(([subset, weight]) => ({ destination: { host: 'reviews', subset }, weight })) }] },
    },
  ],
});

describe('the demo on a cluster', () => {
  let gateway: ForwardedPort;
  beforeAll(async () => {
    gateway = await forwardPort('flotilla-system', 'service/istio-ingressgateway', 80);
  });
  afterAll(async () => {
    await kubectl(['delete', '--ignore-not-found', '-f', '-'], rules([]));
    await kubectl(['delete', '--ignore-not-found', '-f', '-'], mutualTls('STRICT'));
    await kubectl(['delete', '--ignore-not-found', ...routing]);
    await gateway.stop();
  });

  it('shows the page through the gateway, by nothing but what was applied', async () => {
    await eventually(async () => expect(await get(`${gateway.url}/productpage`)).toMatchObject({ status: 200, body: expect.stringContaining('The Comedy of Errors') as string }), { timeoutMs: 60_000 });
    expect(await get(`${gateway.url}/nowhere`)).toMatchObject({ status: 404 });
  });

  it('takes Istio rules from kubectl', async () => {
    const url = `${gateway.url}/reviews/0`;
    await kubectl(['apply', '-f', '-'], rules([['v3', 1]]));
    await eventually(async () => expect(await get(url, host)).toMatchObject({ status: 200 }), { timeoutMs: 60_000 });
    const versions = async (): Promise<Set<string>> => new Set((await burst(url, 40, 4, host)).map(({ status, body }) => (status === 200 ? (/reviews-v\d/.exec(body)?.[0] ?? 'unknown') : String(status))));
    expect(await versions()).toEqual(new Set(['reviews-v3']));
    await kubectl(['apply', '-f', '-'], rules([['v1', 50], ['v2', 50]]));
    await eventually(async () => expect(await versions()).toEqual(new Set(['reviews-v1', 'reviews-v2'])));
    const status = async (): Promise<string> => kubectl(['get', 'virtualservice', 'edge', '-o', 'jsonpath={.status.conditions[*].type}={.status.conditions[*].status}']);
    await eventually(async () => expect(await status()).toBe('Accepted Propagated=True True'));
  });

  it('refuses a bad resource with all that is wrong', async () => {
    const spec = { hosts: ['a b'], http: [{ timeout: '0s', route: [{ destination: { host: 'no host' }, weight: -1 }] }] };
    const bad = { apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', metadata: { name: 'bad', namespace: 'default' }, spec };
    const said = await kubectl(['apply', '-f', '-'], JSON.stringify(bad)).catch(String);
    for (const path of ['spec.hosts[0]', 'spec.http[0].route[0].destination.host', 'spec.http[0].route[0].weight', 'spec.http[0].timeout']) expect(said).toContain(path);
  });

  it('has sidecars that route, and demand certificates where they are told to', async () => {
    await kubectl(['apply', ...routing]);
    const page = async (): Promise<string[]> => (await burst(`${gateway.url}/productpage`, 12)).map(({ status, body }) => (status === 200 ? (/reviews-v\d/.exec(body)?.[0] ?? 'unknown') : String(status)));
    await eventually(async () => expect(new Set(await page())).toEqual(new Set(['reviews-v3'])));
    // A pod of the control plane has no certificate to show.
    const plain = (): Promise<string> => kubectl(['-n', 'flotilla-system', 'exec', 'deployment/citadel', '--', 'healthy', '9080', '/health', 'reviews.default']);
    const demand = (mode: string): Promise<string> => kubectl(['apply', '-f', '-'], mutualTls(mode));
    await demand('PERMISSIVE');
    await eventually(plain);
    await demand('STRICT');
    await eventually(() => expect(plain()).rejects.toThrow());
    expect(new Set(await page())).toEqual(new Set(['reviews-v3']));
  });

  it.each(['productpage-v1', 'reviews-v3'])('fails no request while %s is rolled out anew', async (name) => {
    const [app, version] = name.split('-');
    const load = startLoad(`${gateway.url}/productpage`, { accept: ({ status, body }) => status === 200 && body.includes('reviews-v3') });
    await kubectl(['rollout', 'restart', `deployment/${name}`]);
    await rolledOut('default', `deployment/${name}`);
    await eventually(async () => expect((await kubectl(['get', 'pods', '-l', `app=${app},version=${version}`, '-o', 'name'])).trim().split('\n')).toHaveLength(1), { timeoutMs: 60_000, everyMs: 500 });
    const { sent, failures } = await load.stop();
    expect(failures).toEqual([]);
    expect(sent).toBeGreaterThan(50);
  });

  it.each(controlPlane)('fails no request while %s is gone, and takes changes once it is back', async (app) => {
    const load = startLoad(`${gateway.url}/reviews/0`, { headers: host });
    await kubectl(['-n', 'flotilla-system', 'delete', 'pod', '-l', `app=${app}`, '--grace-period=0', '--force']);
    await rolledOut('flotilla-system', ...systemWorkloads);
    await kubectl(['apply', '-f', '-'], rules([['v2', 1]]));
    await eventually(async () => expect((await get(`${gateway.url}/reviews/0`, host)).body).toContain('reviews-v2'), { timeoutMs: 60_000 });
    await kubectl(['apply', '-f', '-'], rules([['v1', 1]]));
    await eventually(async () => expect((await get(`${gateway.url}/reviews/0`, host)).body).toContain('reviews-v1'), { timeoutMs: 60_000 });
    expect((await load.stop()).failures).toEqual([]);
  });
});
