import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addressesOf, noAutomaticAddresses, reassign, type AutomaticAddresses } from './automatic-addresses.ts';
import { servicesFor } from './index.ts';
import type { Service } from './service.ts';
import { meshOf } from './testing/mesh-of.ts';

const [template] = servicesFor(
  meshOf(`
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: one}
spec: {hosts: [one.example.com], resolution: DNS, ports: [{number: 80, name: http}]}
`),
  { namespace: 'default' },
);

const service = (id: string, createdAt: string, entries = 1): Service => ({ ...template!, id, createdAt, sources: Array.from({ length: entries }, (_, at) => `ServiceEntry/default/e${at}`) });

function given(index: AutomaticAddresses, services: readonly Service[]): Record<string, readonly string[]> {
  return Object.fromEntries(services.map((one) => [one.id, addressesOf(index, one)]));
}

function ofOne(id: string, entries = 1): readonly string[] {
  const one = service(id, '', entries);
  return addressesOf(reassign(noAutomaticAddresses, [], [one]).index, one);
}

test("a host has the addresses that Istio's hash gives it, whose place is the lowest of its ServiceEntries'", () => {
  expect(ofOne('default/istio.io')).toEqual(['240.240.122.168', '2001:2::f0f0:7aa8']);
  expect(ofOne('default/istio.io', 2)).toEqual(['240.240.91.120', '2001:2::f0f0:5b78']);
});

test('services that want the same address get others, the same ones in whatever order they came and went', () => {
  const crowd = sameAddress();
  const any = fc.record({ id: fc.constantFrom(...crowd, 'default/a', 'default/b'), createdAt: fc.constantFrom('1', '2'), entries: fc.integer({ min: 1, max: 3 }) });
  fc.assert(
    fc.property(fc.array(fc.tuple(any, fc.boolean()), { maxLength: 20 }), (steps) => {
      let index = noAutomaticAddresses;
      const held = new Map<string, Service>();
      for (const [{ id, createdAt, entries }, stays] of steps) {
        const old = held.get(id);
        const fresh = service(id, createdAt, entries);
        index = reassign(index, old === undefined ? [] : [old], stays ? [fresh] : []).index;
        if (stays) held.set(id, fresh);
        else held.delete(id);
        const services = [...held.values()];
        expect(given(index, services)).toEqual(given(reassign(noAutomaticAddresses, [], services).index, services));
        expect(new Set(Object.values(given(index, services)).flat()).size).toBe(2 * services.length);
      }
    }),
  );
});

/** Two names with a place in common, the first of each or a later one. */
function sameAddress(): string[] {
  const seen = new Map<string, string>();
  for (let at = 0; ; at++) {
    const id = `default/s${at}`;
    const [first = ''] = ofOne(id);
    const [lower = ''] = ofOne(id, 3);
    const other = seen.get(first) ?? seen.get(lower);
    if (other !== undefined) return [other, id];
    seen.set(first, id).set(lower, id);
  }
}
