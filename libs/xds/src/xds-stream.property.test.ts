import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { XdsResource } from './encoded-resource.ts';
import { ResourceSet } from './resource-set.ts';
import { resourceTypes } from './resource-type.ts';
import { namesIn, resourcesOf, textOf, type SmallMesh } from './testing/small-mesh.ts';
import { WiredProxy } from './testing/wired-proxy.ts';
import { routeConfigurationOf } from './virtual-hosts.ts';

const { cluster, endpoint, listener, route, virtualHost } = resourceTypes;
const clusterNames = ['a', 'b', 'c', 'd', 'e'];
const version = fc.constantFrom('1', '2', '3');

/** A mesh in itself consistent: routes name clusters that exist, listeners routes that exist. */
const mesh: fc.Arbitrary<SmallMesh> = fc.dictionary(fc.constantFrom(...clusterNames), version).chain((clusters) => {
  const some = fc.subarray(Object.keys(clusters));
  return fc.dictionary(fc.constantFrom('r', 's'), some).chain((routes) =>
    fc.record({
      clusters: fc.constant(clusters),
      endpoints: fc.tuple(...Object.keys(clusters).map((name) => version.map((text) => [name, text] as const))).map((each) => Object.fromEntries(each)),
      routes: fc.constant(routes),
      listeners: fc.dictionary(fc.constantFrom('x', 'y'), fc.subarray(Object.keys(routes))),
    }),
  );
});

type Step = { readonly do: 'change'; readonly mesh: SmallMesh } | { readonly do: 'endpoint'; readonly text: string } | { readonly do: 'up' | 'send' | 'down' | 'reconnect' | 'reorder' | 'wait' | 'restart' | 'clusters' | 'all' };

const move = fc.constantFrom('up' as const, 'send' as const, 'down' as const).map((each): Step => ({ do: each }));
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 12, arbitrary: move },
  { weight: 3, arbitrary: mesh.map((each): Step => ({ do: 'change', mesh: each })) },
  { weight: 1, arbitrary: version.map((text): Step => ({ do: 'endpoint', text })) },
  { weight: 1, arbitrary: fc.constant<Step>({ do: 'reorder' }) },
);
const stepOrReconnect = fc.oneof({ weight: 15, arbitrary: step }, { weight: 1, arbitrary: fc.constant<Step>({ do: 'reconnect' }) });
const stepOrLate = fc.oneof({ weight: 9, arbitrary: stepOrReconnect }, { weight: 1, arbitrary: fc.constant<Step>({ do: 'wait' }) });

const stepOrRestart = fc.oneof({ weight: 12, arbitrary: step }, { weight: 3, arbitrary: fc.constantFrom('restart' as const, 'clusters' as const, 'all' as const).map((each): Step => ({ do: each })) });

/** A scope that can be brought from one mesh to the next. */
class Scope {
  readonly set: ResourceSet;
  #now = new Map<string, XdsResource>();
  #revision = 0;

  constructor(set = new ResourceSet('scope')) {
    this.set = set;
  }

  become(mesh: SmallMesh): void {
    const next = new Map(resourcesOf(mesh).map((each) => [`${each.typeUrl} ${each.name}`, each]));
    const removals = [...this.#now].filter(([key]) => !next.has(key)).map(([, each]) => each);
    this.#revision += 1;
    this.set.apply({ upserts: [...next.values()], removals, revision: this.#revision });
    this.#now = next;
  }
}

/** What the proxy runs of a type, and what it should. */
function compare(proxy: WiredProxy, scope: ResourceSet, typeUrl: string, whole: boolean): void {
  const names = whole ? [...scope.all(typeUrl).keys()] : [...proxy.model.names(typeUrl)].filter((name) => scope.get(typeUrl, name) !== undefined);
  const runs = [...proxy.model.resources(typeUrl).values()].map((each) => `${each.name} ${textOf(each)}`).sort();
  const wanted = names.map((name) => `${name} ${textOf({ name, bytes: messageOf(scope, typeUrl, name) })}`).sort();
  expect(runs, typeUrl).toEqual(wanted);
}

/** Those of the route configurations that the proxy runs. */
function compareVirtualHosts(proxy: WiredProxy, scope: ResourceSet): void {
  const routes = proxy.model.resources(route);
  const names = [...scope.all(virtualHost).keys()].filter((name) => routes.has(routeConfigurationOf(name)));
  expect([...proxy.model.resources(virtualHost).values()].map((each) => `${each.name} ${textOf(each)}`).sort()).toEqual(
    names.map((name) => `${name} ${textOf({ name, bytes: messageOf(scope, virtualHost, name) })}`).sort(),
  );
}

function messageOf(scope: ResourceSet, typeUrl: string, name: string): Uint8Array {
  const { deltaFrame, anyOffset } = scope.get(typeUrl, name)!;
  return deltaFrame.subarray(anyOffset + 2 + 2 + typeUrl.length + 2);
}

function run(protocol: 'delta' | 'sotw', first: SmallMesh, steps: readonly Step[], maxResponseBytes: number, checkOrder = true): void {
  let scope = new Scope();
  scope.become(first);
  let current = first;
  let ordered = false;
  const own = new ResourceSet('own');
  const proxy = new WiredProxy({
    protocol,
    target: { scope: scope.set, own },
    maxResponseBytes,
    discoversVirtualHosts: protocol === 'delta',
    onReceived() {
      if (!ordered) return;
      const clusters = proxy.model.resources(cluster);
      const used = new Set([route, virtualHost].flatMap((typeUrl) => [...proxy.model.resources(typeUrl).values()].flatMap(namesIn)));
      for (const name of used) expect(clusters.has(name), `cluster ${name} is used and gone`).toBe(true);
      for (const name of used) expect(proxy.model.resources(endpoint).has(name), `endpoints of ${name} are missing`).toBe(true);
    },
  });
  // As Envoy begins: clusters and their endpoints, then the rest.
  proxy.subscribe(cluster);
  proxy.settle();
  proxy.subscribe(listener);
  proxy.settle();
  ordered = checkOrder;
  for (const each of steps) {
    if (each.do === 'change') scope.become((current = each.mesh));
    else if (each.do === 'endpoint') scope.become((current = { ...current, endpoints: Object.fromEntries(Object.keys(current.endpoints).map((name) => [name, each.text])) }));
    else if (each.do === 'up') proxy.deliverUp();
    else if (each.do === 'down') proxy.deliverDown();
    else if (each.do === 'send') proxy.send();
    else if (each.do === 'wait') proxy.now += 1_500;
    else if (each.do === 'clusters') scope.set.complete([cluster, endpoint]);
    else if (each.do === 'all') scope.set.complete();
    else if (each.do === 'reconnect' || each.do === 'restart') {
      if (each.do === 'restart') {
        scope = new Scope(ResourceSet.unfilled('scope'));
        scope.become(current);
      }
      proxy.reconnect({ scope: scope.set, own });
      // A state-of-the-world client does not say what it has, and is told at once what there is.
      ordered &&= protocol === 'delta';
    }
    else if (protocol === 'delta') shuffleAnswers(proxy);
  }
  proxy.settle();
  scope.set.complete();
  proxy.settle();
  // A proxy that came back keeps what is gone for a while.
  proxy.now = Math.max(proxy.now, proxy.stream.deadline ?? 0);
  proxy.settle();
  expect(proxy.stream.deadline, 'nothing is waited for').toBeUndefined();
  for (const typeUrl of [cluster, listener]) compare(proxy, scope.set, typeUrl, true);
  if (protocol === 'delta') compareVirtualHosts(proxy, scope.set);
  compare(proxy, scope.set, route, false);
  compare(proxy, scope.set, endpoint, false);
  expect(proxy.stream.status().state).toBe('SYNCED');
  expect(proxy.stream.answeredRevision(1_000)).toBe(1_000);
}

/** Answers that only acknowledge may overtake one another. */
function shuffleAnswers(proxy: WiredProxy): void {
  const plain = proxy.up.filter((request) => 'resourceNamesSubscribe' in request && request.resourceNamesSubscribe.length + request.resourceNamesUnsubscribe.length === 0 && request.node === undefined);
  const rest = proxy.up.filter((request) => !plain.includes(request));
  proxy.up.splice(0, proxy.up.length, ...rest, ...plain.reverse());
}

const sizes = fc.constantFrom(1, 100, 1 << 20);

for (const protocol of ['delta', 'sotw'] as const) {
  test(`${protocol}: after any interleaving the proxy runs what it should, and never used what it had not`, () => {
    fc.assert(
      fc.property(mesh, fc.array(step, { maxLength: 60 }), sizes, (first, steps, size) => run(protocol, first, steps, size)),
      { numRuns: 400 },
    );
  });

  test(`${protocol}: the same with connections lost at any time`, () => {
    fc.assert(
      fc.property(mesh, fc.array(stepOrReconnect, { maxLength: 60 }), sizes, (first, steps, size) => run(protocol, first, steps, size)),
      { numRuns: 300 },
    );
  });

  test(`${protocol}: the same with servers that start anew, and have clusters and endpoints before the rest`, () => {
    fc.assert(
      fc.property(mesh, fc.array(stepOrRestart, { maxLength: 60 }), sizes, (first, steps, size) => run(protocol, first, steps, size)),
      { numRuns: 300 },
    );
  });

  test(`${protocol}: the same with answers that come too late, in the end`, () => {
    fc.assert(
      fc.property(mesh, fc.array(stepOrLate, { maxLength: 60 }), sizes, (first, steps, size) => run(protocol, first, steps, size, false)),
      { numRuns: 300 },
    );
  });
}
