import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ResourceSet } from './resource-set.ts';
import { resourceTypes } from './resource-type.ts';
import { resource, textOf } from './testing/small-mesh.ts';
import { WiredProxy } from './testing/wired-proxy.ts';
import { Suspects } from './suspects.ts';

const { listener, route, virtualHost } = resourceTypes;
const names = Array.from({ length: 12 }, (_, at) => `r/${at}`);
const texts = fc.dictionary(fc.constantFrom(...names), fc.constantFrom('good', 'fine', 'bad'));

/** A proxy that refuses a whole response for one virtual host that is bad. */
function connect(scope: ResourceSet, suspects: Suspects, refusals: string[][] = []): WiredProxy {
  const proxy = new WiredProxy({
    protocol: 'delta',
    target: { scope, own: new ResourceSet('own') },
    discoversVirtualHosts: true,
    suspects,
    refuse(given) {
      if (!given.some((each) => each.typeUrl === virtualHost && textOf(each) === 'bad')) return undefined;
      refusals.push(given.map(({ name }) => name));
      return 'something in it is bad';
    },
  });
  proxy.subscribe(listener);
  proxy.settle();
  return proxy;
}

function good(all: Readonly<Record<string, string>>): Map<string, string> {
  return new Map(Object.entries(all).filter(([, text]) => text !== 'bad').sort());
}

function runs(proxy: WiredProxy): Map<string, string> {
  return new Map([...proxy.model.resources(virtualHost)].map(([name, each]) => [name, textOf(each)] as const).sort());
}

function scopeOf(all: Readonly<Record<string, string>>): ResourceSet {
  const hosts = Object.entries(all).map(([name, text]) => resource(virtualHost, name, text));
  return new ResourceSet('scope', { resources: [resource(listener, 'x', 'r'), resource(route, 'r', ''), ...hosts], revision: 1 });
}

test('whatever is bad is left out alone, and a proxy that comes later is sent it alone', () => {
  fc.assert(
    fc.property(texts, (all) => {
      const scope = scopeOf(all);
      const suspects = new Suspects();
      const first = connect(scope, suspects);
      expect(runs(first)).toEqual(good(all));
      const bad = Object.keys(all).filter((name) => all[name] === 'bad').sort();
      expect(first.stream.status().types.flatMap(({ refusals }) => refusals.flatMap((each) => each.names)).sort()).toEqual(bad);
      const refusals: string[][] = [];
      expect(runs(connect(scope, suspects, refusals))).toEqual(good(all));
      expect(refusals.map((each) => each.join()).sort()).toEqual(bad);
    }),
  );
});

test('after any changes the proxy runs what is good, and refuses nothing that is', () => {
  fc.assert(
    fc.property(texts, fc.array(texts, { maxLength: 6 }), (first, changes) => {
      const scope = scopeOf(first);
      const proxy = connect(scope, new Suspects());
      let now = first;
      const wanted = good(first);
      for (const [at, change] of changes.entries()) {
        const removals = Object.keys(now).filter((name) => !(name in change)).map((name) => ({ typeUrl: virtualHost, name }));
        scope.apply({ upserts: Object.entries(change).map(([name, text]) => resource(virtualHost, name, text)), removals, revision: at + 2 });
        proxy.settle();
        for (const { name } of removals) wanted.delete(name);
        for (const [name, text] of good(change)) wanted.set(name, text);
        now = change;
      }
      expect(runs(proxy)).toEqual(new Map([...wanted].sort()));
      expect(proxy.stream.status().state).toBe(Object.values(now).includes('bad') ? 'NACKED' : 'SYNCED');
    }),
  );
});
