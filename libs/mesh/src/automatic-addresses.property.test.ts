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

const service = (id: string, createdAt: string): Service => ({ ...template!, id, createdAt });

function given(index: AutomaticAddresses): Record<string, readonly string[]> {
  return Object.fromEntries([...index.slots.keys()].sort().map((id) => [id, addressesOf(index, id)]));
}

test('services that want the same address get others, the same ones in whatever order they came and went', () => {
  const crowd = sameAddress();
  const any = fc.record({ id: fc.constantFrom(...crowd, 'default/a', 'default/b'), createdAt: fc.constantFrom('1', '2') });
  fc.assert(
    fc.property(fc.array(fc.tuple(any, fc.boolean()), { maxLength: 20 }), (steps) => {
      let index = noAutomaticAddresses;
      const held = new Map<string, Service>();
      for (const [{ id, createdAt }, stays] of steps) {
        const old = held.get(id);
        const fresh = service(id, createdAt);
        index = reassign(index, old === undefined ? [] : [old], stays ? [fresh] : []).index;
        if (stays) held.set(id, fresh);
        else held.delete(id);
        expect(given(index)).toEqual(given(reassign(noAutomaticAddresses, [], [...held.values()]).index));
        expect(new Set(Object.values(given(index)).flat()).size).toBe(2 * held.size);
      }
    }),
  );
});

/** Two names that are hashed to one place. */
function sameAddress(): string[] {
  const seen = new Map<string, string>();
  for (let at = 0; ; at++) {
    const id = `default/s${at}`;
    const [address = ''] = addressesOf(reassign(noAutomaticAddresses, [], [service(id, '')]).index, id);
    const other = seen.get(address);
    if (other !== undefined) return [other, id];
    seen.set(address, id);
  }
}
