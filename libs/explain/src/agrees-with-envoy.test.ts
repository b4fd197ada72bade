import { once } from 'node:events';
import { Agent, request as send, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { advance, createSnapshot, defaultMeshConfig } from '@flotilla/mesh';
import type { MeshResource } from '@flotilla/resources';
import { freePort, startEnvoy, type TestEnvoy } from '@flotilla/testing';
import { allSteps, renderResource, typeUrls } from '@flotilla/translate';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { configOfProxy } from './config-of-proxy.ts';
import { readEnvoyConfig } from './envoy-config.ts';
import { explain } from './explain.ts';
import { readProxy } from './read-proxy.ts';
import { readRequest } from './read-request.ts';

type Json = Record<string, unknown>;

const value = fc.constantFrom({ exact: 'a' }, { exact: 'b' }, { prefix: 'a' }, { regex: 'a.*' }, { regex: '(?i)B' }, { regex: '[ab]+' }, {});
const match = fc.record(
  {
    uri: fc.constantFrom({ exact: '/a' }, { exact: '/A/b' }, { prefix: '/a' }, { prefix: '/' }, { regex: '/a.*' }, { regex: '/(a|b)' }),
    ignoreUriCase: fc.boolean(),
    headers: fc.record({ 'x-user': value }),
    withoutHeaders: fc.record({ 'x-user': value }),
    queryParams: fc.record({ q: value }),
    method: fc.constantFrom({ exact: 'GET' }, { regex: 'P.*' }),
  },
  { requiredKeys: [] },
);
const hosts = ['shop.example.com', '*.example.com', '*.x.example.com', '*'];
const virtualServices = fc.tuple(...hosts.map((host) => fc.array(match, { maxLength: 6 }).map((matches) => virtualService(host, matches))));

const asked = {
  host: ['shop.example.com', 'SHOP.example.com', 'api.example.com', 'y.x.example.com', 'elsewhere.org', 'example.com'],
  path: ['/a', '/A', '/ab', '/a/b', '/a/B', '/b', '/b?q=a', '/a?q=b', '/a?q', '/c?q=ab&q=b', '/ba?q=ba', '/', '/b/../a', '/%61', '/x/%2e%2e/a?q=b', '//a', '/a%2Fb', '//[:/a?q=a'],
  user: [undefined, 'a', 'ab', 'ba', 'B', 'c'],
  method: ['GET', 'POST'],
};
const requests = asked.host.flatMap((host) => asked.path.flatMap((path) => asked.user.flatMap((user) => asked.method.map((method) => ({ host, path, user, method })))));

function virtualService(host: string, matches: readonly object[]): MeshResource {
  const http = matches.map((one, at) => ({ name: `${host}-${at}`, match: [one], directResponse: { status: 200, body: { string: `${host}-${at}` } } }));
  const name = host.replaceAll('*', 'any');
  return { apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', metadata: { name, namespace: 'shop' }, spec: { hosts: [host], gateways: ['edge'], http } } as unknown as MeshResource;
}

/** Envoy with a gateway's listeners and, for want of a control plane, their routes within. */
function start(resources: Iterable<{ readonly typeUrl: string; readonly name: string; readonly bytes: Uint8Array }>): Promise<TestEnvoy> {
  const rendered = [...resources].map(({ typeUrl, name, bytes }) => ({ typeUrl, name, config: renderResource(typeUrl, bytes) as Json }));
  const routes = new Map(rendered.filter(({ typeUrl }) => typeUrl === typeUrls.route).map(({ name, config }) => [name, config]));
  const within = (json: unknown): unknown => {
    if (Array.isArray(json)) return json.map(within);
    if (typeof json !== 'object' || json === null) return json;
    const { rds, ...rest } = json as Json & { rds?: { route_config_name: string } };
    return { ...Object.fromEntries(Object.entries(rest).map(([key, inner]) => [key, within(inner)])), ...(rds === undefined ? {} : { route_config: routes.get(rds.route_config_name) }) };
  };
  const listeners = rendered.filter(({ typeUrl }) => typeUrl === typeUrls.listener).map(({ config }) => within(config));
  return startEnvoy({ node: { id: 'gateway', cluster: 'gateway' }, static_resources: { listeners } });
}

test('a request lands at a real Envoy where it is said to', async () => {
  const port = await freePort();
  const gateway = { apiVersion: 'networking.istio.io/v1', kind: 'Gateway', metadata: { name: 'edge', namespace: 'shop' }, spec: { selector: { app: 'edge' }, servers: [{ port: { number: port, name: 'http', protocol: 'HTTP' }, hosts: ['*'] }] } } as unknown as MeshResource;
  const proxy = readProxy({ type: 'router', configNamespace: 'shop', labels: { app: 'edge' }, metadata: { FLOTILLA_BIND: '127.0.0.1' } });
  await fc.assert(
    fc.asyncProperty(virtualServices, async (upserts) => {
      const { snapshot } = advance(createSnapshot(defaultMeshConfig), { upserts: [gateway, ...upserts], removals: [] });
      const resources = [...configOfProxy(snapshot, proxy)].flat();
      const config = allSteps(readEnvoyConfig([resources]));
      const envoy = await start(resources);
      const agent = new Agent({ keepAlive: true });
      try {
        for (const { host, path, user, method } of requests) {
          const headers = user === undefined ? {} : { 'x-user': user };
          const sent = send({ host: '127.0.0.1', port, agent, path, method, headers: { ...headers, host } }).end();
          const [answer] = (await once(sent, 'response')) as [IncomingMessage];
          const body = await text(answer);
          const read = readRequest({ address: '127.0.0.1', port, protocol: 'http', hostHeader: host, path, method, headers });
          if ('problems' in read) throw new Error(JSON.stringify(read.problems));
          const { error, route } = explain(config, proxy, read.request);
          expect({ host, path, user, method, route, status: error === null ? 200 : 404 }).toEqual({ host, path, user, method, route: answer.statusCode === 200 ? body : null, status: answer.statusCode });
        }
      } finally {
        agent.destroy();
        await envoy.stop();
      }
    }),
    { numRuns: 4 },
  );
});
