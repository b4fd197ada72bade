import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kinds } from '@flotilla/resources';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCommandLine } from './program.ts';

const virtualService = `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: reviews
spec:
  hosts: [reviews]
  http:
  - route:
    - destination: {host: reviews, subset: v1}
`;
const stored = {
  apiVersion: 'networking.istio.io/v1',
  kind: 'VirtualService',
  metadata: { name: 'reviews', namespace: 'default', creationTimestamp: '2026-01-01T00:00:00Z' },
  spec: { hosts: ['reviews'], http: [] },
};

interface Recorded {
  readonly call: string;
  readonly body: string;
  readonly token: string | undefined;
}

let folder: string;
let server: Server;
let url: string;
let answers: Record<string, { status?: number; body: unknown }>;
let calls: Recorded[];

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'flotilla-cli-'));
  answers = {};
  calls = [];
  server = createServer((request, response) => {
    const call = `${request.method ?? ''} ${request.url ?? ''}`;
    void bodyOf(request).then((body) => {
      calls.push({ call, body, token: request.headers.authorization });
      const answer = answers[call] ?? { status: 404, body: { code: 'NOT_FOUND', detail: `no ${call}` } };
      response.writeHead(answer.status ?? 200).end(JSON.stringify(answer.body));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

async function run(args: string, { input = '', env = {} }: { readonly input?: string; readonly env?: Record<string, string> } = {}) {
  const out: string[] = [];
  const err: string[] = [];
  const code = await runCommandLine(args.split(' '), {
    env: { FLOTILLA_GALLEY_URL: url, FLOTILLA_PILOT_URL: url, FLOTILLA_AGENT_URL: url, FLOTILLA_TOKEN: 'secret', ...env },
    cwd: folder,
    now: () => Date.parse('2026-01-01T00:05:00Z'),
    print: (text) => void out.push(text),
    complain: (text) => void err.push(text),
    readInput: () => Promise.resolve(input),
  });
  return { code, out: out.join('\n'), err: err.join('\n') };
}

describe('analyze', () => {
  const path = (plural: string, group = 'networking.istio.io/v1'): string => `GET /apis/${group}/${plural}`;

  it('looks at the objects of the cluster that the mesh runs in, and at files in the place of some', async () => {
    for (const { group, versions: [version], plural } of kinds) answers[path(plural, `${group}/${version}`)] = { body: { items: [] } };
    const namespace = (name: string): object => ({ kind: 'Namespace', metadata: { name, namespace: '', labels: {}, annotations: {} } });
    const service = { kind: 'Service', metadata: { name: 'reviews', namespace: 'shop', labels: {}, annotations: {} }, spec: { ports: [{ port: 80, name: 'http' }] } };
    const derived = { apiVersion: 'networking.istio.io/v1', kind: 'ServiceEntry', metadata: { name: 'Service:reviews', namespace: 'shop' }, spec: { hosts: ['reviews.shop.svc.cluster.local'], ports: [{ number: 80, name: 'http' }], resolution: 'STATIC', location: 'MESH_INTERNAL' } };
    const gateway = { apiVersion: 'networking.istio.io/v1', kind: 'Gateway', metadata: { name: 'edge', namespace: 'shop' }, spec: { selector: { istio: 'ingressgateway' }, servers: [{ port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts: ['*'] }] } };
    answers[path('serviceentries')] = { body: { items: [derived] } };
    answers[path('gateways')] = { body: { items: [gateway] } };
    answers['GET /v1/surroundings'] = { body: { knows: ['Namespace', 'Pod', 'Service', 'MutatingWebhookConfiguration'], objects: [namespace('shop'), namespace('silent'), service] } };
    const { code, out } = await run('analyze');
    expect(out.split('\n')).toEqual([
      'Error [IST0101] (Gateway shop/edge) No workload is found for the selector "istio=ingressgateway". (spec.selector)',
      expect.stringContaining('Info [IST0102] (Namespace shop)'),
      expect.stringContaining('Info [IST0102] (Namespace silent)'),
      '1 error, 2 info',
    ]);
    expect(code).toBe(79);
    writeFileSync(join(folder, 'shop.yaml'), `{apiVersion: v1, kind: Namespace, metadata: {name: shop, labels: {istio-injection: enabled}}}
---
{apiVersion: v1, kind: Service, metadata: {name: reviews, namespace: shop}, spec: {ports: [{port: 81, name: http}]}}
---
{apiVersion: networking.istio.io/v1, kind: VirtualService, metadata: {name: reviews, namespace: shop}, spec: {hosts: [reviews], http: [{route: [{destination: {host: reviews, port: {number: 80}}}]}]}}`);
    const { out: changed } = await run('analyze --use-mesh shop.yaml -S IST0101=Gateway*');
    expect(changed).toContain('(VirtualService shop/reviews');
    expect(changed).not.toContain('Namespace shop');
  });
});

describe('apply', () => {
  it('sends everything named as one request', async () => {
    mkdirSync(join(folder, 'rules'));
    writeFileSync(join(folder, 'rules/a.yaml'), virtualService);
    writeFileSync(join(folder, 'rules/b.yml'), virtualService.replace('name: reviews', 'name: ratings'));
    writeFileSync(join(folder, 'rules/notes.txt'), 'not yaml: [');
    answers['POST /v1/apply'] = { body: { revision: 7, revisions: { config: 7, endpoints: 3 }, results: [{ ref: 'VirtualService/shop/reviews', change: 'created' }] } };
    answers['GET /v1/analysis?after=7&afterEndpoints=3'] = { body: { revision: 7, items: [] } };
    const { code, out } = await run('apply -n shop -f rules');
    expect(out).toBe('VirtualService/shop/reviews created\nrevision 7');
    expect(code).toBe(0);
    expect(calls.map(({ call }) => call)).toEqual(['POST /v1/apply', 'GET /v1/analysis?after=7&afterEndpoints=3']);
    expect(calls[0]?.body.match(/namespace: shop/g)).toHaveLength(2);
    expect(calls[0]?.token).toBe('Bearer secret');
  });

  it('tells what analysis finds wrong with what was applied', async () => {
    const said = (origin: string) => ({ code: 'IST0101', level: 'Error', origin, message: 'The host "x" is not found.', path: 'spec.http[0]' });
    answers['POST /v1/apply'] = { body: { revision: 7, revisions: { config: 7, endpoints: 3 }, results: [{ ref: 'VirtualService/default/reviews', change: 'unchanged' }] } };
    answers['GET /v1/analysis?after=7&afterEndpoints=3'] = { body: { revision: 7, items: [said('VirtualService default/reviews'), said('VirtualService shop/reviews')] } };
    expect(await run('apply -f -', { input: virtualService })).toEqual({
      code: 0,
      out: 'VirtualService/default/reviews unchanged\nrevision 7',
      err: 'Error [IST0101] (VirtualService default/reviews) The host "x" is not found. (spec.http[0])',
    });
    answers['GET /v1/analysis?after=7&afterEndpoints=3'] = { status: 503, body: { code: 'NOT_READY', detail: 'Not yet.' } };
    expect(await run('apply -f -', { input: virtualService })).toMatchObject({ code: 0, err: 'What analysis says of it could not be asked: Not yet.' });
  });

  it('tells every problem with file and line, and sends nothing', async () => {
    const input = `${virtualService}---\n${virtualService.replace('hosts: [reviews]', 'hosts: [reviews]\n  nonsense: 1\n  rubbish: 2')}`;
    const { code, err } = await run('apply -f -', { input });
    expect(code).toBe(1);
    expect(err).toMatch(/^error INVALID_RESOURCE: 2 problems in 1 document:/);
    expect(err).toMatch(/standard input:\d+ VirtualService\/default\/reviews spec\.nonsense/);
    expect(calls).toEqual([]);
  });

  it("shows the control plane's own refusal, with its problems", async () => {
    answers['POST /v1/apply?dryRun=All'] = { status: 422, body: { code: 'INVALID_RESOURCE', detail: 'refused', problems: [{ path: 'spec.hosts[0]', message: 'is bad', allowed: 'better' }] } };
    const { code, err } = await run('apply --dry-run -f -', { input: virtualService });
    expect({ code, err }).toEqual({ code: 1, err: 'error INVALID_RESOURCE: refused\n  - spec.hosts[0]: is bad (allowed: better)' });
  });
});

describe('the status of resources', () => {
  const path = '/apis/networking.istio.io/v1/namespaces/default/virtualservices';
  const withStatus = (status: string, reason: string, message: string, accepted = 'True') => ({
    ...stored, status: { conditions: [{ type: 'Accepted', status: accepted, message: 'rules.yaml is bad' }, { type: 'Propagated', status, reason, message }], validationMessages: [{ type: { name: 'x', code: 'IST0101' } }] },
  });
  const apply = async (resource: object, flags = '') => {
    answers['POST /v1/apply'] = { body: { revision: 7, revisions: { config: 7, endpoints: 3 }, results: [{ ref: 'VirtualService/default/reviews', change: 'configured' }] } };
    answers['GET /v1/analysis?after=7&afterEndpoints=3'] = { body: { revision: 7, items: [] } };
    answers[`GET ${path}/reviews`] = { body: resource };
    return run(`apply --wait ${flags}-f -`, { input: virtualService });
  };

  it('is waited for by apply', async () => {
    expect(await apply(withStatus('True', 'Propagated', '42/42 proxies'))).toMatchObject({ code: 0, out: expect.stringMatching(/revision 7\nVirtualService\/default\/reviews 42\/42 proxies$/) as string });
    expect(await apply(withStatus('False', 'Refused', '41/42 proxies; a refuses x: no'))).toMatchObject({ code: 2, err: 'VirtualService/default/reviews 41/42 proxies; a refuses x: no' });
    expect(await apply(withStatus('False', 'InProgress', '41/42 proxies; waiting for a'), '--timeout 0s ')).toMatchObject({ code: 2, err: 'VirtualService/default/reviews 41/42 proxies; waiting for a' });
    expect((await run('apply --wait --timeout soon -f -', { input: virtualService })).err).toContain('error MALFORMED_REQUEST: --timeout "soon" is not a duration');
  });

  it('is waited for as long as it takes', async () => {
    answers['POST /v1/apply'] = { body: { revision: 7, revisions: { config: 7, endpoints: 3 }, results: [{ ref: 'VirtualService/default/reviews', change: 'configured' }] } };
    answers[`GET ${path}/reviews`] = { body: withStatus('False', 'InProgress', '41/42 proxies; waiting for a') };
    const waiting = run('apply --wait -f -', { input: virtualService });
    await expect.poll(() => calls.filter(({ call }) => call === `GET ${path}/reviews`).length).toBeGreaterThan(1);
    answers[`GET ${path}/reviews`] = { body: withStatus('True', 'Propagated', '42/42 proxies') };
    expect((await waiting).code).toBe(0);
  });

  it('is shown for some kinds, and what is bad is told', async () => {
    answers[`GET ${path}`] = { body: { items: [withStatus('True', 'Propagated', '42/42 proxies')] } };
    const { code, out } = await run('status vs -n default');
    expect({ code, out }).toEqual({ code: 0, out: 'RESOURCE                        ACCEPTED  PROPAGATED  PROXIES        FINDINGS\nVirtualService/default/reviews  True      True        42/42 proxies  IST0101' });
    answers[`GET ${path}`] = { body: { items: [withStatus('True', 'Propagated', '42/42 proxies', 'False')] } };
    expect(await run('status vs -n default')).toMatchObject({ code: 2, out: expect.stringContaining('VirtualService/default/reviews: rules.yaml is bad') as string });
    expect(JSON.parse((await run('status vs -n default -o json')).out)).toMatchObject([{ ref: 'VirtualService/default/reviews', status: { conditions: [{ type: 'Accepted' }, {}] } }]);
  });
});

describe('diff', () => {
  const fields = [{ path: 'spec.timeout', before: '3s', after: '4s' }];
  it('shows what an apply would change, by resource and by proxy', async () => {
    answers['POST /v1/diff'] = { body: {
      resources: [{ ref: 'VirtualService/default/reviews', change: 'updated', fields }],
      scopes: [{ proxies: ['sidecar~10.0.0.1~web.shop~shop.svc.cluster.local'], resources: [{ typeUrl: 'type.googleapis.com/envoy.config.route.v3.RouteConfiguration', name: '80', change: 'created', fields: [] }] }],
    } };
    const { code, out } = await run('diff -f -', { input: virtualService });
    expect({ code, out }).toEqual({ code: 0, out: 'VirtualService/default/reviews updated\n  - spec.timeout: "3s"\n  + spec.timeout: "4s"\n\nweb.shop\n  RouteConfiguration 80 created' });
    expect(JSON.parse(calls[0]?.body ?? '')).toMatchObject({ resources: [{ kind: 'VirtualService', metadata: { name: 'reviews', namespace: 'default' } }] });
  });

  it('says when nobody would notice', async () => {
    answers['POST /v1/diff'] = { body: { resources: [{ ref: 'VirtualService/default/reviews', change: 'unchanged', fields: [] }], scopes: [] } };
    expect((await run('diff -f -', { input: virtualService })).out).toBe('VirtualService/default/reviews unchanged\n\nNo connected proxy would notice.');
  });
});

describe('explain', () => {
  it('asks Pilot of a connected proxy', async () => {
    answers['POST /v1/explain'] = { body: { items: [{ error: null, listener: '0.0.0.0_80', clusters: [{ name: 'reviews', weight: 1 }], endpoints: [], policies: {}, causes: [], nearMisses: [], warnings: [], filterChain: null, tls: null, routeConfig: null, virtualHost: null, route: 'slow', cluster: 'reviews', response: null }] } };
    const { code, out } = await run('explain web http://reviews/ -X POST -H end-user:jason');
    expect({ code, out }).toEqual({ code: 0, out: 'listener      0.0.0.0_80\nroute         slow\ncluster       reviews\nendpoints     none' });
    expect(JSON.parse(calls[0]?.body ?? '')).toEqual({ proxy: 'web', requests: [{ url: 'http://reviews/', headers: { 'end-user': 'jason' }, method: 'POST' }] });
  });

  it('says what is missing', async () => {
    expect((await run('explain web')).err).toBe('error MALFORMED_REQUEST: Say what is asked for: a URL, or --requests FILE.');
    expect((await run('explain --requests -', { input: '[]' })).err).toBe('error MALFORMED_REQUEST: Say which proxy: a connected one by its name, or --proxy FILE.');
    expect((await run('explain --config . --requests -', { input: '[]' })).err).toBe('error MALFORMED_REQUEST: Without a mesh there is no proxy but the one that --proxy describes.');
  });
});

describe('get', () => {
  const path = '/apis/networking.istio.io/v1/namespaces/default/virtualservices';
  it('prints a table, JSON or YAML', async () => {
    answers[`GET ${path}`] = { body: { items: [stored] } };
    answers[`GET ${path}/reviews`] = { body: stored };
    const { out } = await run('get vs');
    expect(out).toMatch(/^NAME +.*HOSTS +AGE\nreviews .*\["reviews"\] +5m$/s);
    expect(JSON.parse((await run('get virtualservice reviews -o json')).out)).toEqual(stored);
    expect((await run('get virtualservices reviews -o yaml')).out).toContain('kind: VirtualService\n');
    expect(JSON.parse((await run('get vs -o json')).out)).toMatchObject({ kind: 'List', items: [stored] });
  });

  it('names the kinds there are for one that is not, and suggests commands', async () => {
    const { code, err } = await run('get virtualserver');
    expect(code).toBe(1);
    expect(err).toContain('There is no kind "virtualserver"; there are virtualservice or vs');
    expect((await run('aply')).err).toContain('Did you mean apply?');
  });
});

describe('delete', () => {
  it('deletes all of a kind', async () => {
    const path = '/apis/networking.istio.io/v1/namespaces/default/virtualservices';
    answers[`GET ${path}`] = { body: { items: [stored] } };
    answers[`DELETE ${path}/reviews`] = { body: {} };
    expect(await run('delete vs --all')).toMatchObject({ code: 0, out: 'VirtualService/default/reviews deleted' });
  });

  it('says what was not there, unless told not to care', async () => {
    expect(await run('delete vs reviews')).toMatchObject({ code: 1, err: 'error NOT_FOUND: Not there: VirtualService/default/reviews' });
    expect((await run('delete vs reviews --ignore-not-found')).code).toBe(0);
    expect((await run('delete -f - --ignore-not-found', { input: virtualService })).code).toBe(0);
    expect((await run('delete vs')).err).toContain('in one way');
  });
});

it('validate works without a mesh', async () => {
  const env = { FLOTILLA_GALLEY_URL: '', FLOTILLA_PILOT_URL: '' };
  expect(await run('validate -f -', { input: virtualService, env })).toMatchObject({ code: 0, out: '1 resource is valid' });
  expect((await run('validate -f -', { input: virtualService.replace('v1\n', 'v9\n'), env })).code).toBe(1);
  expect((await run('validate -f nowhere.yaml', { env })).err).toMatch(/nowhere\.yaml/);
});

describe('proxies', () => {
  const proxy = (state: string, refusals: object[]) => ({
    id: 'sidecar~127.20.0.4~reviews-v1.default~default.svc.cluster.local',
    userAgent: 'envoy 1.40.0',
    state,
    answeredRevision: { config: 12, endpoints: 30 },
    warming: [] as string[],
    types: [{ typeUrl: 'type.googleapis.com/envoy.config.cluster.v3.Cluster', state, refusals }],
  });

  it('lists them', async () => {
    answers['GET /v1/proxies'] = { body: { items: [proxy('SYNCED', [])] } };
    const { code, out } = await run('proxies');
    expect(out).toMatch(/^PROXY .*\nreviews-v1\.default +sidecar +127\.20\.0\.4 +SYNCED +SYNCED +- +- +- +12\/30 +envoy 1\.40\.0$/);
    expect(code).toBe(0);
  });

  it('shows routes as no better than their virtual hosts', async () => {
    const types = [['RouteConfiguration', 'SYNCED'], ['VirtualHost', 'STALE']].map(([name, state]) => ({ typeUrl: `type.googleapis.com/envoy.config.route.v3.${name}`, state, refusals: [] }));
    answers['GET /v1/proxies'] = { body: { items: [{ ...proxy('STALE', []), types }] } };
    expect((await run('proxies')).out).toMatch(/127\.20\.0\.4 +STALE +- +- +- +STALE +12\/30/);
  });

  it('names the clusters whose endpoints a proxy waits for', async () => {
    answers['GET /v1/proxies'] = { body: { items: [{ ...proxy('STALE', []), warming: ['outbound|9080||reviews', 'outbound|9080||ratings'] }] } };
    expect((await run('proxies')).out).toContain('reviews-v1.default waits for the endpoints of outbound|9080||reviews, outbound|9080||ratings');
  });

  it('gives the reason of a refusal, and exit code 2', async () => {
    answers['GET /v1/proxies'] = { body: { items: [proxy('NACKED', [{ reason: 'bad regex', names: ['80'], revision: { config: 12, endpoints: 30 } }])] } };
    const { code, out } = await run('proxies');
    expect(code).toBe(2);
    expect(out).toContain('reviews-v1.default refused 80 (revision 12/30): bad regex');
  });
});

it('config shows what a proxy is given', async () => {
  const id = 'sidecar~127.20.0.4~reviews-v1.default~default.svc.cluster.local';
  const type = (name: string, kind: string) => `type.googleapis.com/envoy.config.${name}.v3.${kind}`;
  const resources = [
    { typeUrl: type('cluster', 'Cluster'), name: 'c', version: '1', config: { name: 'outbound|9080||ratings.default.svc.cluster.local', type: 'EDS', lb_policy: 'RANDOM' } },
    { typeUrl: type('endpoint', 'ClusterLoadAssignment'), name: 'e', version: '1', config: { cluster_name: 'outbound|9080||ratings.default.svc.cluster.local', endpoints: [{ lb_endpoints: [{ endpoint: { address: { socket_address: { address: '127.20.0.7', port_value: 9080 } } } }] }] } },
    { typeUrl: type('route', 'RouteConfiguration'), name: 'r', version: '1', config: { name: '9080', virtual_hosts: [{ name: 'v', domains: ['ratings.default', 'ratings', 'ratings:9080'], routes: [{ match: { prefix: '/', headers: [{ name: 'end-user', string_match: { exact: 'jason' } }] }, route: { weighted_clusters: { clusters: [{ name: 'a', weight: 80 }, { name: 'b', weight: 20 }] }, timeout: '0.5s' } }] }] } },
    { typeUrl: type('route', 'RouteConfiguration'), name: '80', version: '1', config: { name: '80', vhds: {} } },
    { typeUrl: type('route', 'VirtualHost'), name: '80/details:80', version: '1', config: { name: '80/details:80', domains: ['details'], routes: [{ match: { prefix: '/' }, route: { cluster: 'c' } }] } },
  ];
  answers['GET /v1/proxies/reviews-v1/config'] = { body: { id, resources } };
  const { code, out } = await run('config reviews-v1');
  expect(code).toBe(0);
  expect(out).toContain('LISTENERS: none');
  expect(out).toMatch(/9080 +ratings, ratings:9080, \.\.\. 1 more +\/\* end-user=jason +80% a \+ 20% b, timeout 0\.5s/);
  expect(out).toMatch(/^80 +details +\/\* +c/m);
  expect(out).toMatch(/outbound\|9080\|\|ratings\.default\.svc\.cluster\.local +EDS +RANDOM/);
  expect(out).toMatch(/ +127\.20\.0\.7:9080$/m);

  answers['GET /v1/proxies/reviews-v1'] = { body: { id } };
  answers['GET /v1/workloads/default/reviews-v1/config_dump'] = { body: { configs: [] } };
  expect(JSON.parse((await run('config reviews-v1 --live')).out)).toEqual({ configs: [] });
});

describe('finding the control plane', () => {
  it("reads the launcher's description", async () => {
    mkdirSync(join(folder, '.flotilla/run'), { recursive: true });
    writeFileSync(join(folder, 'token'), 'from-file\n');
    writeFileSync(join(folder, '.flotilla/run/mesh.json'), JSON.stringify({ urls: { pilot: url }, tokenFile: join(folder, 'token') }));
    answers['GET /v1/proxies'] = { body: { items: [] } };
    const code = await runCommandLine(['proxies'], { env: {}, cwd: folder, now: Date.now, print: () => undefined, complain: () => undefined, readInput: () => Promise.resolve('') });
    expect(code).toBe(0);
    expect(calls[0]?.token).toBe('Bearer from-file');
  });

  it('says when there is none, or it does not answer: exit code 3', async () => {
    expect(await run('proxies', { env: { FLOTILLA_PILOT_URL: 'http://127.0.0.1:1' } })).toMatchObject({ code: 3, err: expect.stringContaining('pilot does not answer at http://127.0.0.1:1') as string });
    const complaints: string[] = [];
    expect(await runCommandLine(['proxies'], { env: {}, cwd: folder, now: Date.now, print: () => undefined, complain: (text) => void complaints.push(text), readInput: () => Promise.resolve('') })).toBe(3);
    expect(complaints.join()).toContain('Start one with npm start');
  });
});

it('has help, and a version', async () => {
  expect(await run('--help')).toMatchObject({ code: 0, out: expect.stringContaining('Exit codes:') as string });
  expect((await run('apply --help')).out).toContain('cat rules.yaml | flotilla apply -f -');
  expect((await run('version')).out).toMatch(/^flotilla \d/);
  expect((await run('apply')).code).toBe(1);
});
