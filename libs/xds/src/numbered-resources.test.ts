import { expect, test } from 'vitest';
import { ResourceSet } from './resource-set.ts';
import { resourceTypes } from './resource-type.ts';
import { resource, textOf } from './testing/small-mesh.ts';
import { WiredProxy } from './testing/wired-proxy.ts';

const { endpoint } = resourceTypes;
const names = Array.from({ length: 200 }, (_, at) => `e${at}`);

function runs(proxy: WiredProxy): string[] {
  return [...proxy.model.resources(endpoint).values()].map(textOf).sort();
}

test('numbers that become other names, and resources that change, are not taken for what they were', () => {
  const scope = new ResourceSet('scope', { resources: names.map((name) => resource(endpoint, name, `${name} 1`)), revision: 1 });
  const target = { scope, own: new ResourceSet('own') };
  const first = new WiredProxy({ protocol: 'delta', target });
  first.subscribe(endpoint, names.slice(0, 100));
  first.settle();
  first.stream.close();
  const second = new WiredProxy({ protocol: 'delta', target });
  second.subscribe(endpoint, names.slice(50, 150));
  second.settle();
  expect(runs(second)).toEqual(names.slice(50, 150).map((name) => `${name} 1`).sort());
  scope.apply({ upserts: names.map((name) => resource(endpoint, name, `${name} 2`)), removals: [], revision: 2 });
  second.subscribe(endpoint, names.slice(100));
  second.settle();
  expect(runs(second)).toEqual(names.slice(50).map((name) => `${name} 2`).sort());
});
