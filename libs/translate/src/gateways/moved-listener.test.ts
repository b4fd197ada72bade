import { advance } from '@flotilla/mesh';
import { readYaml } from '@flotilla/resources';
import { expect, test } from 'vitest';
import { retranslateScope, scopeOf, translateScope, typeUrls } from '../index.ts';
import { meshCase } from '../testing/mesh-case.ts';

const gateway = (server: string) => `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: edge, namespace: default}
spec: {selector: {app: edge}, servers: [{hosts: ['*'], ${server}}]}
`;

test.each([
  ['port', 'port: {number: 8081, name: http, protocol: HTTP}', '0.0.0.0_8081'],
  ['address', 'bind: 127.0.0.2, port: {number: 8080, name: http, protocol: HTTP}', '127.0.0.2_8080'],
])('a server that moves to another %s gets a listener of another name, so that Envoy has it ready before the old one drains', (_what, moved, name) => {
  const { snapshot, proxy } = meshCase(`proxy: {type: gateway, labels: {app: edge}}\n---${gateway('port: {number: 8080, name: http, protocol: HTTP}')}`);
  const before = translateScope(snapshot, scopeOf(snapshot, proxy));
  const { resources: upserts } = readYaml(gateway(moved), { file: 'moved', defaultNamespace: 'default' });
  const next = advance(snapshot, { upserts, removals: [] });
  const update = retranslateScope(before, next.snapshot, next.delta);
  expect(update.upserts.filter(({ typeUrl }) => typeUrl === typeUrls.listener).map((listener) => listener.name)).toEqual([name]);
  expect(update.removals.filter(({ typeUrl }) => typeUrl === typeUrls.listener).map((listener) => listener.name)).toEqual(['0.0.0.0_8080']);
});
