import { fromBinary } from '@bufbuild/protobuf';
import { VirtualHostSchema, type VirtualHost } from '@flotilla/envoy-api/envoy/config/route/v3/route_components_pb.js';
import { ListenerSchema } from '@flotilla/envoy-api/envoy/config/listener/v3/listener_pb.js';
import { RouteConfigurationSchema } from '@flotilla/envoy-api/envoy/config/route/v3/route_pb.js';
import { advance, createSnapshot, defaultMeshConfig, localityLabels, type MeshConfig, type NameAddresses, type Snapshot } from '@flotilla/mesh';
import { resourceKey, type MeshResource } from '@flotilla/resources';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  mayChangeScope,
  retranslateProxy,
  retranslateScope,
  scopeOf,
  translateProxy,
  translateScope,
  typeUrls,
  type EnvoyResource,
  type ProxyDescription,
  type ResourceUpdate,
} from './index.ts';
import { keyOf } from './resource-map.ts';
import { readCase, somePod } from './testing/mesh-case.ts';
import { anyChange } from './testing/random-mesh.ts';

const described: ProxyDescription[] = [
  { ...somePod, namespace: 'a', labels: { app: 'reviews', version: 'v1', ...localityLabels('eu/eu-1'), 'topology.istio.io/network': 'lan' }, ipAddresses: ['10.0.0.1'], dnsCapture: true, knowsPeers: true },
  {
    ...somePod,
    namespace: 'b',
    labels: { app: 'ratings' },
    interception: 'NONE',
    httpProxyPort: 15002,
    ipAddresses: ['10.0.0.2'],
    appEndpoints: { 80: '127.0.0.1:8080', 9191: '127.0.0.1:9191' },
    mixerCluster: 'flotilla-mixer',
  },
  { ...somePod, type: 'proxyless', namespace: 'a', labels: { app: 'reviews' } },
  { ...somePod, type: 'gateway', namespace: 'a', labels: { app: 'reviews', version: 'v2' }, ipAddresses: ['10.0.0.3'], interception: 'NONE', bind: '127.0.0.1', knowsPeers: true },
];
const proxies = described.flatMap((proxy) => (proxy.type === 'proxyless' ? [proxy] : [proxy, { ...proxy, discoversVirtualHosts: true }]));

/** With all there is. */
const mesh: MeshConfig = { ...defaultMeshConfig, quicListeners: true };

type Held = Map<string, EnvoyResource>;

function hold(resources: Iterable<EnvoyResource>): Held {
  return new Map([...resources].map((resource) => [keyOf(resource), resource]));
}

/** What a proxy has after an update; every part of which must make a difference. */
function updated(held: Held, { upserts, removals }: ResourceUpdate): Held {
  const next = new Map(held);
  expect(new Set([...upserts, ...removals].map(keyOf)).size).toBe(upserts.length + removals.length);
  for (const removal of removals) expect(next.delete(keyOf(removal)), `${keyOf(removal)} was there`).toBe(true);
  for (const upsert of upserts) {
    expect(text(next.get(keyOf(upsert))), `${keyOf(upsert)} differs`).not.toBe(text(upsert));
    next.set(keyOf(upsert), upsert);
  }
  return next;
}

function text(resource: EnvoyResource | undefined): string | undefined {
  return resource && Buffer.from(resource.bytes).toString('latin1');
}

function plain(held: Held): Record<string, string | undefined> {
  return Object.fromEntries([...held.keys()].sort().map((key) => [key, text(held.get(key))]));
}

/** The virtual hosts of each route configuration, whether it has them itself or they are discovered. */
function virtualHosts(held: Held): Map<string, VirtualHost[]> {
  const configurations = [...held.values()].filter(({ typeUrl }) => typeUrl === typeUrls.route);
  const tables = new Map(configurations.map(({ name, bytes }) => [name, fromBinary(RouteConfigurationSchema, bytes).virtualHosts]));
  for (const { typeUrl, name, bytes } of held.values()) {
    if (typeUrl !== typeUrls.virtualHost) continue;
    const slash = name.lastIndexOf('/');
    const [table, host] = [name.slice(0, slash), name.slice(slash + 1)];
    const virtualHost = fromBinary(VirtualHostSchema, bytes);
    expect(virtualHost.name).toBe(name);
    expect(tables.get(table)?.push({ ...virtualHost, name: host }), `${name} has a route configuration`).toBeGreaterThan(0);
  }
  return tables;
}

/** Envoy refuses a whole table for one domain that comes twice. */
function expectDistinctDomains(held: Held): void {
  for (const [name, hosts] of virtualHosts(held)) {
    const domains = hosts.flatMap((host) => host.domains);
    expect(domains.filter((domain, at) => domains.indexOf(domain) !== at), `domains of ${name}`).toEqual([]);
  }
}

/** Envoy refuses a listener in which two filter chains match the same connections. */
function expectDistinctMatches(held: Held): void {
  for (const { typeUrl, bytes, name } of held.values()) {
    if (typeUrl !== typeUrls.listener) continue;
    const matches = fromBinary(ListenerSchema, bytes).filterChains.flatMap(({ filterChainMatch: match }) => {
      const { serverNames = [], prefixRanges = [], sourcePrefixRanges = [], applicationProtocols = [], destinationPort, transportProtocol } = match ?? {};
      const ranges = [...prefixRanges, undefined, ...sourcePrefixRanges].map((range) => `${range?.addressPrefix}/${range?.prefixLen}`);
      return (serverNames.length === 0 ? [''] : serverNames).map((serverName) => [serverName, ranges.join(), applicationProtocols.join(), destinationPort, transportProtocol].join(' '));
    });
    expect(matches.filter((match, at) => matches.indexOf(match) !== at), `matches of ${name}`).toEqual([]);
  }
}

function rebuilt(resources: Iterable<MeshResource>, names: NameAddresses = new Map()): Snapshot {
  return advance(createSnapshot(mesh), { upserts: [...resources], removals: [], names }).snapshot;
}

test.each(proxies)('retranslating gives what translating from the final resources gives: $type, $interception, virtual hosts discovered: $discoversVirtualHosts', (proxy) => {
  fc.assert(
    fc.property(fc.array(anyChange, { minLength: 1, maxLength: 8 }), (changes) => {
      let snapshot = createSnapshot(mesh);
      let shared = translateScope(snapshot, scopeOf(snapshot, proxy));
      let own = translateProxy(snapshot, proxy);
      let [heldShared, heldOwn] = [hold(shared.resources()), hold(own.resources)];
      const resources = new Map<string, MeshResource>();
      let names: NameAddresses | undefined;
      for (const change of changes) {
        names = change.names ?? names;
        for (const key of change.removals) resources.delete(key);
        for (const upsert of change.upserts) resources.set(resourceKey(upsert), upsert);
        const { snapshot: next, delta } = advance(snapshot, change);
        snapshot = next;
        const ownUpdate = retranslateProxy(own, snapshot, delta);
        own = ownUpdate.translation;
        heldOwn = updated(heldOwn, ownUpdate);
        const scope = scopeOf(snapshot, proxy);
        if (scope.key !== shared.scope.key) {
          expect(mayChangeScope(proxy, delta)).toBe(true);
          shared = translateScope(snapshot, scope);
          heldShared = hold(shared.resources());
        } else {
          const update = retranslateScope(shared, snapshot, delta);
          shared = update.translation;
          heldShared = updated(heldShared, update);
        }
        const fresh = rebuilt(resources.values(), names);
        expect(plain(heldShared)).toEqual(plain(hold(translateScope(fresh, scopeOf(fresh, proxy)).resources())));
        expect(plain(hold(shared.resources()))).toEqual(plain(heldShared));
        expect(plain(heldOwn)).toEqual(plain(hold(translateProxy(fresh, proxy).resources)));
        expectDistinctDomains(heldShared);
        expectDistinctMatches(heldShared);
      }
    }),
    { numRuns: 100 },
  );
}, 60_000);

test.each(described)('virtual hosts are the same whether they come by themselves or not: $type, $interception', (proxy) => {
  fc.assert(
    fc.property(fc.array(anyChange, { minLength: 1, maxLength: 4 }), (changes) => {
      const snapshot = changes.reduce((before, change) => advance(before, change).snapshot, createSnapshot(mesh));
      const [whole, byOne] = [false, true].map((discoversVirtualHosts) => {
        const held = hold(translateScope(snapshot, scopeOf(snapshot, { ...proxy, discoversVirtualHosts })).resources());
        return virtualHosts(held);
      });
      expect(byOne).toEqual(whole);
    }),
    { numRuns: 100 },
  );
});

test('a listener that takes requests already learns to look hosts up, whatever the addresses of their service', () => {
  const entry = (name: string, spec: string): string => `{apiVersion: networking.istio.io/v1, kind: ServiceEntry, metadata: {name: ${name}, namespace: a}, spec: ${spec}}`;
  const entries = [
    entry('other', '{hosts: [other.example.org], resolution: STATIC, ports: [{number: 80, name: http}], endpoints: [{address: 10.0.0.1}]}'),
    entry('one', "{hosts: ['*.example.com'], resolution: DYNAMIC_DNS, ports: [{number: 443, name: tls, protocol: TLS}]}"),
    entry('two', "{hosts: ['*.example.com'], addresses: [240.0.0.2], resolution: STATIC, ports: [{number: 80, name: http}], endpoints: []}"),
  ].map((text) => readCase(text).resources);
  const proxy = { ...somePod, namespace: 'a' };
  let snapshot = createSnapshot(mesh);
  let shared = translateScope(snapshot, scopeOf(snapshot, proxy));
  for (const upserts of entries) {
    const { snapshot: next, delta } = advance(snapshot, { upserts, removals: [] });
    shared = retranslateScope(shared, next, delta).translation;
    snapshot = next;
  }
  const listener = hold(shared.resources()).get(keyOf({ typeUrl: typeUrls.listener, name: '0.0.0.0_80' }));
  expect(text(listener)).toContain('dynamic_forward_proxy');
  expect(plain(hold(shared.resources()))).toEqual(plain(hold(translateScope(rebuilt(entries.flat()), shared.scope).resources())));
});
