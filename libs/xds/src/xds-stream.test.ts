import { fromBinary } from '@bufbuild/protobuf';
import { DeltaDiscoveryResponseSchema, DiscoveryResponseSchema } from '@flotilla/envoy-api/envoy/service/discovery/v3/discovery_pb.js';
import { nameOf } from '@flotilla/testing';
import { beforeEach, describe, expect, test } from 'vitest';
import { ResourceSet } from './resource-set.ts';
import { resourceTypes } from './resource-type.ts';
import { resource, resourcesOf, textOf } from './testing/small-mesh.ts';
import { WiredProxy } from './testing/wired-proxy.ts';
import type { XdsResponse } from './xds-messages.ts';

const { cluster, endpoint, listener, route, secret, virtualHost } = resourceTypes;
const mesh = { clusters: { a: '1', b: '1' }, endpoints: { a: '1', b: '1' }, routes: { r: ['a', 'b'] }, listeners: { x: ['r'] } };
const delta = { responseNonce: '', resourceNamesSubscribe: [], resourceNamesUnsubscribe: [], initialResourceVersions: {} };

let scope: ResourceSet;
let own: ResourceSet;
let revision: number;

beforeEach(() => {
  revision = 1;
  scope = new ResourceSet('scope', { resources: resourcesOf(mesh), revision });
  own = new ResourceSet('own');
});

function configured(protocol: 'delta' | 'sotw', rest: Partial<ConstructorParameters<typeof WiredProxy>[0]> = {}): WiredProxy {
  const proxy = new WiredProxy({ protocol, target: { scope, own }, ...rest });
  proxy.subscribe(cluster);
  proxy.settle();
  proxy.subscribe(listener);
  proxy.settle();
  expect(proxy.stream.status().state).toBe('SYNCED');
  return proxy;
}

function change(upserts: readonly (readonly [string, string, string])[], removals: readonly (readonly [string, string])[] = []): void {
  revision += 1;
  scope.apply({ upserts: upserts.map((each) => resource(...each)), removals: removals.map(([typeUrl, name]) => ({ typeUrl, name })), revision });
}

/** All that the stream gives at this moment, as `Type +name -name`. */
function sent(proxy: WiredProxy): readonly string[] {
  while (proxy.send());
  return proxy.down.map((response) => describeResponse(proxy, response));
}

function describeResponse(proxy: WiredProxy, { typeUrl, bytes }: XdsResponse): string {
  const short = typeUrl.split('.').at(-1) ?? '';
  if (!('reconnect' in proxy.model) || proxy.model.constructor.name === 'SotwModel') {
    return [short, ...fromBinary(DiscoveryResponseSchema, bytes.joined()).resources.map(({ value }) => `+${nameOf(value)}`).sort()].join(' ');
  }
  const { resources, removedResources } = fromBinary(DeltaDiscoveryResponseSchema, bytes.joined());
  return [short, ...resources.map(({ name }) => `+${name}`).sort(), ...removedResources.map((name) => `-${name}`).sort()].join(' ');
}

describe.each(['delta', 'sotw'] as const)('%s', (protocol) => {
  test('a cluster that changes is followed by its endpoints, though the proxy has them', () => {
    const proxy = configured(protocol);
    change([[cluster, 'a', '2']]);
    expect(sent(proxy)).toEqual([protocol === 'delta' ? 'Cluster +a' : 'Cluster +a +b', 'ClusterLoadAssignment +a']);
  });

  test('of a scope that is still being made a type is sent when it is complete, and not before', () => {
    scope = ResourceSet.unfilled('scope');
    scope.apply({ upserts: resourcesOf(mesh), removals: [], revision });
    const proxy = new WiredProxy({ protocol, target: { scope, own } });
    proxy.subscribe(cluster);
    proxy.subscribe(listener);
    proxy.settle();
    expect(proxy.model.resources(cluster).size).toBe(0);
    scope.complete([cluster, endpoint]);
    proxy.settle();
    expect([...proxy.model.resources(endpoint).keys()].sort()).toEqual(['a', 'b']);
    expect(proxy.model.resources(listener).size).toBe(0);
    expect(proxy.stream.status().state).toBe('NOT_SENT');
    expect(proxy.stream.answeredRevision(1)).toBe(0);
    scope.complete();
    proxy.settle();
    expect([...proxy.model.resources(route).keys()]).toEqual(['r']);
    expect(proxy.stream.status().state).toBe('SYNCED');
    expect(proxy.stream.answeredRevision(1)).toBe(1);
  });

  test('a change of endpoints alone waits for nothing', () => {
    const proxy = configured(protocol);
    change([[cluster, 'c', '1'], [endpoint, 'c', '1'], [route, 'r', 'c']]);
    proxy.send();
    change([[endpoint, 'b', '2']]);
    expect(sent(proxy).at(-1)).toBe('ClusterLoadAssignment +b');
  });

  test('routes wait for the clusters that they name, and for their endpoints; what is gone goes last', () => {
    const proxy = configured(protocol);
    change([[cluster, 'c', '1'], [endpoint, 'c', '1'], [route, 'r', 'c']], [[cluster, 'b'], [endpoint, 'b']]);
    const received: string[] = [];
    for (let response = (proxy.send(), proxy.down[0]); response !== undefined; response = (proxy.send(), proxy.down[0])) {
      expect(proxy.down).toHaveLength(1);
      received.push(describeResponse(proxy, response));
      proxy.deliverDown();
      while (proxy.deliverUp());
    }
    expect(received).toEqual(
      protocol === 'delta'
        ? ['Cluster +c', 'ClusterLoadAssignment +c', 'RouteConfiguration +r', 'Cluster -b']
        : ['Cluster +a +b +c', 'ClusterLoadAssignment +c', 'RouteConfiguration +r', 'Cluster +a +c'],
    );
  });

  test('a proxy that does not answer is waited for no longer than the deadline', () => {
    const overdue: string[] = [];
    const proxy = configured(protocol, { events: { overdue: (stage) => overdue.push(stage) } });
    change([[cluster, 'a', '2'], [route, 'r', 'a']]);
    sent(proxy);
    proxy.down.length = 0;
    expect(sent(proxy)).toEqual([]);
    proxy.now = proxy.stream.deadline ?? 0;
    expect(sent(proxy)).toEqual(['RouteConfiguration +r']);
    expect(overdue).toEqual(['clusters']);
  });

  test('clusters whose endpoints a proxy does not take in are named from when a push goes on without them', () => {
    const overdue: (readonly string[])[] = [];
    const proxy = configured(protocol, { events: { overdue: (_, warming) => overdue.push(warming) } });
    const names = Array.from({ length: 12 }, (_, n) => `c${n + 10}`);
    change([...names.flatMap((name) => [[cluster, name, '1'], [endpoint, name, '1']] as const), [route, 'r', 'c10']]);
    proxy.send();
    proxy.deliverDown();
    while (proxy.deliverUp());
    sent(proxy);
    expect(proxy.stream.status().warming).toEqual([]);
    // The proxy took the clusters in, and never hears of their endpoints.
    proxy.down.length = 0;
    proxy.now = proxy.stream.deadline ?? 0;
    expect(sent(proxy)).toEqual(['RouteConfiguration +r']);
    expect(overdue).toEqual([names.slice(0, 10)]);
    expect(proxy.stream.status().warming).toEqual(names.slice(0, 10));
    change([[endpoint, 'c20', '2'], [endpoint, 'c21', '2']], names.slice(0, 10).map((name) => [cluster, name] as const));
    proxy.settle();
    expect(proxy.stream.status().warming).toEqual([]);
  });

  test('the time to answer is counted from when all that is waited for has left', () => {
    const overdue: string[] = [];
    const proxy = configured(protocol, { events: { overdue: (stage) => overdue.push(stage) } });
    change([[cluster, 'a', '2'], [route, 'r', 'a']]);
    sent(proxy);
    proxy.now = proxy.stream.deadline ?? 0;
    proxy.stream.left(proxy.now);
    expect(sent(proxy)).toHaveLength(2);
    proxy.settle();
    expect(proxy.stream.status().state).toBe('SYNCED');
    expect(overdue).toEqual([]);
  });

  test('endpoints that leave again and again do not put off the end of the time to answer', () => {
    const overdue: string[] = [];
    const proxy = configured(protocol, { events: { overdue: (stage) => overdue.push(stage) } });
    change([[cluster, 'a', '2'], [route, 'r', 'a']]);
    sent(proxy);
    proxy.stream.left(proxy.now);
    const deadline = proxy.stream.deadline ?? 0;
    for (const version of ['2', '3', '4']) {
      proxy.now += 500;
      change([[endpoint, 'a', version]]);
      sent(proxy);
      proxy.stream.left(proxy.now);
    }
    proxy.now = deadline;
    sent(proxy);
    expect(overdue).toEqual(['clusters']);
  });

  test('changes that come while a push is under way are sent once, as they are in the end', () => {
    const proxy = configured(protocol);
    change([[cluster, 'a', '2']]);
    proxy.send();
    for (const text of ['3', '4', '5']) change([[cluster, 'a', text], [route, 'r', text]]);
    change([[route, 'r', 'a b']]);
    proxy.settle();
    expect(textOf(proxy.model.resources(cluster).get('a')!)).toBe('5');
    expect(proxy.stream.status().types.find(({ typeUrl }) => typeUrl === route)?.sentRevision).toBe(1);
  });

  test('a proxy is not sent what it has: neither the same bytes nor what is there and back again', () => {
    const proxy = configured(protocol);
    change([[cluster, 'a', '1'], [route, 'r', 'a b']]);
    change([[endpoint, 'a', '2']]);
    change([[endpoint, 'a', '1']]);
    change([], [[listener, 'x']]);
    change([[listener, 'x', 'r']]);
    expect(sent(proxy)).toEqual([]);
  });

  test('types that nobody serves, and names that do not exist, are answered', () => {
    const proxy = configured(protocol);
    proxy.subscribe('type.example/Unknown');
    proxy.subscribe(secret, ['default']);
    proxy.settle();
    expect(proxy.stream.status()).toMatchObject({ state: 'SYNCED', types: [{}, {}, { typeUrl: secret, state: 'SYNCED' }, {}, {}, { typeUrl: 'type.example/Unknown', state: 'SYNCED' }] });
  });

  test('what a proxy has of its own hides what its scope has, for as long as it has it', () => {
    own.apply({ upserts: [resource(cluster, 'a', 'mine')], removals: [], revision: 2 });
    const proxy = configured(protocol);
    change([[cluster, 'a', '7']]);
    expect(sent(proxy)).toEqual([]);
    own.apply({ upserts: [], removals: [{ typeUrl: cluster, name: 'a' }], revision: 3 });
    proxy.settle();
    expect(textOf(proxy.model.resources(cluster).get('a')!)).toBe('7');
  });
});

test('delta: many resources are split into responses of bounded size', () => {
  scope.apply({ upserts: Array.from({ length: 300 }, (_, n) => resource(cluster, `c${n}`, 'x'.repeat(100))), removals: [], revision: 2 });
  const proxy = new WiredProxy({ protocol: 'delta', target: { scope, own }, maxResponseBytes: 4_096 });
  proxy.subscribe(cluster);
  proxy.deliverUp();
  sent(proxy);
  expect(proxy.down.length).toBeGreaterThan(10);
  for (const { bytes } of proxy.down) expect(bytes.byteLength).toBeLessThan(4_096 + 512);
  expect(proxy.down.reduce((sum, { resources }) => sum + resources, 0)).toBe(302);
});

test('delta: virtual hosts are for the asking without a name, and a state-of-the-world stream has none', () => {
  const proxy = configured('delta');
  proxy.subscribe(virtualHost);
  proxy.settle();
  expect([...proxy.model.resources(virtualHost).keys()]).toEqual(['r/a', 'r/b']);
  const whole = configured('sotw');
  whole.subscribe(virtualHost);
  whole.settle();
  expect(whole.model.resources(virtualHost).size).toBe(0);
});

test('delta: virtual hosts follow a route configuration that is asked for again, and are not sent where it is not', () => {
  const proxy = configured('delta', { discoversVirtualHosts: true });
  expect([...proxy.model.resources(virtualHost).keys()]).toEqual(['r/a', 'r/b']);
  change([[virtualHost, 'other/a', '1']]);
  expect(sent(proxy)).toEqual([]);
  change([[listener, 'x', '']]);
  proxy.settle();
  expect(proxy.model.resources(virtualHost).size).toBe(0);
  change([[virtualHost, 'r/a', '2']]);
  expect(sent(proxy)).toEqual([]);
  change([[listener, 'x', 'r']]);
  proxy.settle();
  expect([...proxy.model.resources(virtualHost).values()].map(textOf)).toEqual(['2', 'b']);
});

test('delta: one changed virtual host is all that is sent, and many go in one response', () => {
  const proxy = configured('delta', { discoversVirtualHosts: true, maxResponseBytes: 64 });
  change([[virtualHost, 'r/a', '2']]);
  expect(sent(proxy)).toEqual(['VirtualHost +r/a']);
  proxy.settle();
  const names = Array.from({ length: 10 }, (_, n) => `r/n${n}`);
  change(names.map((name) => [virtualHost, name, 'x'.repeat(100)]), [[virtualHost, 'r/b']]);
  expect(sent(proxy)).toEqual([`VirtualHost ${names.map((name) => `+${name}`).join(' ')} -r/b`]);
});

test('delta: a name asked for besides everything is answered again when it is given up', () => {
  const proxy = configured('delta');
  proxy.stream.requestDelta({ ...delta, typeUrl: cluster, resourceNamesSubscribe: ['a'] }, 0);
  expect(sent(proxy)[0]).toBe('Cluster +a');
  proxy.settle();
  proxy.stream.requestDelta({ ...delta, typeUrl: cluster, resourceNamesUnsubscribe: ['a'] }, 0);
  expect(sent(proxy)[0]).toBe('Cluster +a');
});

test('delta: everything is given up by giving up the asterisk', () => {
  const proxy = new WiredProxy({ protocol: 'delta', target: { scope, own } });
  proxy.stream.requestDelta({ ...delta, typeUrl: cluster, resourceNamesSubscribe: ['*', 'a'] }, 0);
  expect(sent(proxy)).toHaveLength(1);
  proxy.settle();
  proxy.stream.requestDelta({ ...delta, typeUrl: cluster, resourceNamesUnsubscribe: ['*'] }, 0);
  change([[cluster, 'a', '2'], [cluster, 'b', '2']]);
  expect(sent(proxy)[0]).toBe('Cluster +a');
});

test('sotw: a request that answers an older response says nothing of names', () => {
  const proxy = configured('sotw');
  proxy.stream.requestSotw({ typeUrl: route, responseNonce: 'older', versionInfo: '', resourceNames: [] }, 0);
  change([[route, 'r', 'a']]);
  expect(sent(proxy)).toEqual(['RouteConfiguration +r']);
});

test('a revision is answered when all that it changed for the proxy is', () => {
  const proxy = configured('delta');
  expect(proxy.stream.answeredRevision(1)).toBe(1);
  change([[cluster, 'a', '2']]);
  change([[endpoint, 'b', '2']]);
  expect(proxy.stream.answeredRevision(3)).toBe(1);
  expect(proxy.stream.answeredRevision(9)).toBe(1);
  proxy.settle();
  expect(proxy.stream.answeredRevision(9)).toBe(9);
});
