import { createHmac } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, request, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { eventually, freePort, startEnvoy, validateWithEnvoy, type TestEnvoy } from '@flotilla/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const testdata = join(import.meta.dirname, 'testdata');

/** The golden outputs, each a virtual host `<name>.test`. */
const virtualHosts = readdirSync(testdata)
  .filter((file) => file.endsWith('.out.yaml'))
  .map((file) => file.replace('.out.yaml', ''))
  .map((name) => ({
    name,
    domains: [`${name}.test`, `special.${name}.test`],
    routes: parse(readFileSync(join(testdata, `${name}.out.yaml`), 'utf8')) as unknown,
  }));
const clusters = new Set([...JSON.stringify(virtualHosts).matchAll(/"(outbound\|[^"]+)"/g)].map(([, name]) => name!));

const jwtKey = 'a secret that only this test knows';
const jwt = (claims: object): string => {
  const signed = [{ alg: 'HS256' }, { iss: 'test', ...claims }].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  return `Bearer ${signed}.${createHmac('sha256', jwtKey).update(signed).digest('base64url')}`;
};

function bootstrap(port: number, upstreamPort: (cluster: string) => number): Record<string, unknown> {
  const jwks = { keys: [{ kty: 'oct', alg: 'HS256', k: Buffer.from(jwtKey).toString('base64url') }] };
  const jwtProvider = { issuer: 'test', local_jwks: { inline_string: JSON.stringify(jwks) }, payload_in_metadata: 'payload', clear_route_cache: true };
  const filter = (name: string, config: object) => {
    const type = { cors: 'Cors', fault: 'HTTPFault', jwt_authn: 'JwtAuthentication', router: 'Router' }[name]!;
    return { name: `envoy.filters.http.${name}`, typed_config: { '@type': `type.googleapis.com/envoy.extensions.filters.http.${name}.v3.${type}`, ...config } };
  };
  const connectionManager = {
    '@type': 'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
    stat_prefix: 'live',
    route_config: { name: 'golden', virtual_hosts: virtualHosts },
    http_filters: [
      filter('jwt_authn', {
        providers: { test: jwtProvider },
        rules: [{ match: { prefix: '/' }, requires: { requires_any: { requirements: [{ provider_name: 'test' }, { allow_missing: {} }] } } }],
      }),
      filter('cors', {}),
      filter('fault', {}),
      filter('router', {}),
    ],
  };
  const address = (value: number) => ({ socket_address: { address: '127.0.0.1', port_value: value } });
  return {
    static_resources: {
      listeners: [
        {
          name: 'live',
          address: address(port),
          filter_chains: [{ filters: [{ name: 'envoy.filters.network.http_connection_manager', typed_config: connectionManager }] }],
        },
      ],
      clusters: [...clusters].map((name) => ({
        name,
        lb_policy: 'RING_HASH',
        load_assignment: { cluster_name: name, endpoints: [{ lb_endpoints: [{ endpoint: { address: address(upstreamPort(name)) } }] }] },
      })),
    },
  };
}

it('Envoy takes every golden route', async () => {
  expect(await validateWithEnvoy(bootstrap(await freePort(), () => 1))).toBeUndefined();
});

interface Seen {
  readonly cluster: string;
  readonly path: string | undefined;
  readonly headers: IncomingHttpHeaders;
}
interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** What the upstream saw, where one answered. */
  readonly seen: Seen | undefined;
}
interface Ask {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

describe('on a live Envoy', () => {
  const servers: Server[] = [];
  const log: Seen[] = [];
  let envoy: TestEnvoy;
  let port: number;

  /** An upstream that tells what it saw; `failing` answers 503 and `slow` takes half a second. */
  async function upstream(cluster: string): Promise<number> {
    const server = createServer((incoming, response) => {
      const seen: Seen = { cluster: cluster.replace('.default.svc.cluster.local', ''), path: incoming.url, headers: incoming.headers };
      log.push(seen);
      response.statusCode = cluster.includes('|failing.') ? 503 : 200;
      response.setHeader('x-echo', 'upstream');
      setTimeout(() => response.end(JSON.stringify(seen)), cluster.includes('|slow.') ? 500 : 0);
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return (server.address() as AddressInfo).port;
  }

  /** One request to Envoy: `ask('fault.test/abort')`. */
  async function ask(url: string, { method = 'GET', headers = {} }: Ask = {}): Promise<Answer> {
    const [host] = url.split('/', 1);
    return new Promise((resolve, reject) => {
      const outgoing = request({ port, host: '127.0.0.1', path: url.slice(host!.length) || '/', method, headers: { host: host!, ...headers } }, (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
        response.on('end', () => {
          const seen = response.headers['x-echo'] === undefined && !body.startsWith('{') ? undefined : (JSON.parse(body || '{}') as Seen);
          resolve({ status: response.statusCode!, headers: response.headers, body, seen });
        });
      });
      outgoing.once('error', reject).end();
    });
  }

  beforeAll(async () => {
    port = await freePort();
    const ports = new Map(await Promise.all([...clusters].map(async (name) => [name, await upstream(name)] as const)));
    envoy = await startEnvoy(bootstrap(port, (name) => ports.get(name)!));
  });
  afterAll(async () => {
    await envoy.stop();
    await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  });

  const jason = { 'end-user': 'jason' };
  const allHeaders = { ...jason, 'x-prefix': 'prefixed', 'x-regex': 'aaa', 'x-present': '', 'x-star': 'any' };
  it.each<[string, Ask, string | number]>([
    ['matches.test/exact', {}, 'uri'],
    ['matches.test/exact/more', {}, 'rest'],
    ['matches.test/prefixed', {}, 'uri'],
    ['matches.test/regex/12', {}, 'uri'],
    ['matches.test/regex/12a', {}, 'rest'],
    ['matches.test/SHOUTing', {}, 'ignore-case'],
    ['matches.test/headers', { headers: allHeaders }, 'headers'],
    ['matches.test/headers', { headers: { ...allHeaders, 'end-user': 'jane' } }, 'rest'],
    ['matches.test/headers', { headers: { ...allHeaders, 'x-prefix': 'other' } }, 'rest'],
    ['matches.test/headers', { headers: { ...allHeaders, 'x-regex': 'aab' } }, 'rest'],
    ['matches.test/headers', { headers: { ...allHeaders, 'x-banned': 'banned' } }, 'rest'],
    ['matches.test/headers', { headers: { ...allHeaders, 'x-banned': 'welcome' } }, 'headers'],
    ['matches.test/headers', { headers: { ...allHeaders, 'x-absent': 'not so' } }, 'rest'],
    ['matches.test/headers', { headers: jason }, 'rest'],
    ['matches.test/query?version=v2&debug=&page=12', {}, 'query'],
    ['matches.test/query?version=v2&page=12', {}, 'rest'],
    ['matches.test/query?version=v2&debug=1&page=a', {}, 'rest'],
    ['matches.test/post', { method: 'POST' }, 'pseudo-headers'],
    ['special.matches.test/', {}, 'pseudo-headers'],
    ['matches.test/scheme', {}, 'pseudo-headers'],
    ['claims.test/', { headers: { authorization: jwt({ group: { id: 'admin' } }) } }, 'claims'],
    ['claims.test/', { headers: { authorization: jwt({ group: { id: ['user', 'admin'] } }) } }, 'claims'],
    ['claims.test/', { headers: { authorization: jwt({ role: 'other' }) } }, 401],
    ['claims.test/', { headers: jason }, 'claims'],
    ['claims.test/', { headers: { ...jason, authorization: jwt({ suspended: 'true' }) } }, 401],
    ['selection.test/port', {}, 'mine'],
    ['selection.test/gateway', {}, 'mine'],
    ['selection.test/whoever', {}, 'mine'],
    ['selection.test/source', {}, 'mine'],
    ['selection.test/other', {}, 'rest'],
    ['destinations.test/single', {}, 'outbound|9090|v1|reviews'],
    ['destinations.test/last-one', {}, 'outbound|9080|v3|reviews'],
    ['destinations.test/sticky', {}, 'outbound|9080|sticky|reviews'],
    ['destinations.test/nowhere', {}, 404],
    ['direct-response.test/text', {}, 418],
    ['direct-response.test/other', {}, 503],
    ['timeouts.test/short', {}, 504],
    ['timeouts.test/off', {}, 'slow'],
    ['timeouts.test/default', {}, 'slow'],
    ['fault.test/abort', {}, 555],
    ['fault.test/percent', {}, 'ratings'],
    ['fault.test/without-percentage', {}, 'ratings'],
  ])('%s %j goes to %s', async (url, how, expected) => {
    const { status, seen } = await ask(url, how);
    if (typeof expected === 'number') expect(status).toBe(expected);
    else expect(seen?.cluster).toBe(expected.includes('|') ? expected : `outbound|9080||${expected}`);
  });

  it('sends requests by weight', async () => {
    const counts = { v1: 0, v2: 0 };
    for (let i = 0; i < 400; i++) {
      const { seen } = await ask('destinations.test/split');
      counts[seen!.cluster.split('|')[2] as keyof typeof counts] += 1;
    }
    // 300 and 100 expected, a standard deviation is 9.
    expect(counts.v1 + counts.v2).toBe(400);
    expect(Math.abs(counts.v1 - 300)).toBeLessThan(50);
  });

  it('changes headers on the way there and back', async () => {
    const one = await ask('headers.test/one', { headers: { 'x-set': 'client', 'x-add': 'client', 'x-remove': 'x', 'x-destination-remove': 'x' } });
    expect(one.seen?.headers).toMatchObject({ host: 'route.example', 'x-set': 'route', 'x-add': 'client, route', 'x-destination': 'only' });
    expect(one.seen?.headers).not.toHaveProperty('x-remove');
    expect(one.seen?.headers).not.toHaveProperty('x-destination-remove');
    expect(one.headers).toMatchObject({ 'x-answer': 'set', 'x-more': 'added' });
    expect(one.headers).not.toHaveProperty('x-echo');

    const served = new Map<string, Answer>();
    await eventually(async () => {
      const answer = await ask('headers.test/several');
      served.set(String(answer.headers['x-served-by']), answer);
      expect([...served.keys()].toSorted()).toEqual(['one', 'two']);
    });
    expect(served.get('one')?.seen?.headers).toMatchObject({ host: 'one.example', 'x-version': 'one', 'x-level': 'route' });
    expect(served.get('two')?.seen?.headers).toMatchObject({ host: 'headers.test', 'x-version': 'two', 'x-level': 'route' });
    expect(served.get('two')?.headers).not.toHaveProperty('x-echo');
  });

  it.each([
    ['/all', 308, 'https://new.example:8443/new'],
    ['/old/page?x=1', 302, 'http://redirect.test/new/page?x=1'],
    ['/default-port', 301, 'https://redirect.test/default-port'],
    ['/request-port', 301, 'http://redirect.test:9080/there'],
    ['/protocol-port', 303, 'http://redirect.test/there'],
    ['/anything', 307, 'http://elsewhere.example/anything'],
  ])('redirects %s with %i to %s', async (path, status, location) => {
    const answer = await ask(`redirect.test${path}`);
    expect([answer.status, answer.headers.location]).toEqual([status, location]);
  });

  it('answers by itself', async () => {
    expect((await ask('direct-response.test/text')).body).toBe('short and stout');
    const bytes = await ask('direct-response.test/bytes');
    expect([bytes.body, bytes.headers['x-by']]).toEqual(['hello', 'envoy']);
  });

  it.each([
    ['/prefix/a?b=c', '/new/a?b=c', 'rewritten.example'],
    ['/exact', '/whole', 'rewrite.test'],
    ['/regex/shop/items/3', '/items/3/of/shop', 'rewrite.test'],
  ])('rewrites %s to %s', async (path, rewritten, host) => {
    const { seen } = await ask(`rewrite.test${path}`);
    expect([seen?.path, seen?.headers.host]).toEqual([rewritten, host]);
  });

  it.each([
    ['/none', 1, 503],
    ['/codes', 4, 503],
    ['/attempts-only', 1, 503],
    ['/sticky', 3, 503],
    ['/default', 1, 503],
    ['/per-try', 3, 504],
  ])('tries %s %i times and answers %i', async (path, tries, status) => {
    const marked = `${path}?${tries}`;
    expect((await ask(`retries.test${marked}`)).status).toBe(status);
    expect(log.filter((seen) => seen.path === marked)).toHaveLength(tries);
  });

  it('injects faults', async () => {
    const grpc = await ask('fault.test/grpc', { method: 'POST', headers: { 'content-type': 'application/grpc' } });
    expect(grpc.headers['grpc-status']).toBe('14');
    const start = performance.now();
    expect((await ask('fault.test/delay')).status).toBe(200);
    expect(performance.now() - start).toBeGreaterThan(290);
    let aborted = 0;
    for (let i = 0; i < 200; i++) if ((await ask('fault.test/half')).status === 500) aborted += 1;
    // 100 expected, a standard deviation is 7.
    expect(Math.abs(aborted - 100)).toBeLessThan(40);
  });

  it('mirrors to everyone asked', async () => {
    expect((await ask('mirrors.test/several?mirrored')).seen?.cluster).toBe('outbound|9080||reviews');
    const copies = () => log.filter(({ path, headers }) => path === '/several?mirrored' && headers.host === 'mirrors.test-shadow').map(({ cluster }) => cluster);
    await eventually(() => expect(copies().toSorted()).toEqual(['outbound|9080|v2|shadow', 'outbound|9080|v3|shadow']));
    await ask('mirrors.test/never?mirrored');
    await ask('mirrors.test/one?mirrored');
    await eventually(() => expect(log.some(({ path, cluster }) => path === '/one?mirrored' && cluster.includes('shadow'))).toBe(true));
    expect(log.filter(({ path }) => path === '/never?mirrored')).toHaveLength(1);
  });

  it('answers preflights of the origins it knows', async () => {
    const preflight = (path: string, origin: string) =>
      ask(`cors.test${path}`, { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'PUT' } });
    for (const origin of ['https://exact.example', 'https://prefix.anything', 'https://a.regex.example']) {
      const { headers, seen } = await preflight('/api', origin);
      expect(seen).toBeUndefined();
      expect(headers).toMatchObject({
        'access-control-allow-origin': origin,
        'access-control-allow-methods': 'GET,PUT',
        'access-control-allow-headers': 'x-one,x-two',
        'access-control-allow-credentials': 'true',
        'access-control-max-age': '86400',
      });
    }
    expect((await preflight('/api', 'https://stranger.example')).seen?.cluster).toBe('outbound|9080||api');
    const ignored = await preflight('/ignore', 'https://stranger.example');
    expect([ignored.seen, ignored.headers['access-control-allow-origin']]).toEqual([undefined, undefined]);
    expect((await preflight('/other', 'https://stranger.example')).headers['access-control-max-age']).toBe('1');
    const actual = await ask('cors.test/api', { headers: { origin: 'https://exact.example' } });
    expect(actual.headers['access-control-expose-headers']).toBe('x-answer');
  });
});
