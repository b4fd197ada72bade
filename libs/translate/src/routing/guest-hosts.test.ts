import { advance, type Snapshot } from '@flotilla/mesh';
import { readYaml, resourceKey } from '@flotilla/resources';
import { expect, test } from 'vitest';
import { retranslateScope, scopeOf, translateScope } from '../index.ts';
import { snapshotOf, somePod } from '../testing/mesh-case.ts';

const guest = (name: string) => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: ${name}}
spec: {hosts: [${name}.example.com], http: [{directResponse: {status: 200}}]}
---`;

const service = (port: number) => `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: shop}
spec: {hosts: [shop.mesh], location: MESH_INTERNAL, resolution: STATIC, ports: [{number: ${port}, name: http}]}
---`;

const read = (text: string) => readYaml(text, { file: 'change', defaultNamespace: 'default' }).resources;

test('hosts that are no service are routed on port 80 as long as a service has that port', () => {
  let snapshot: Snapshot = snapshotOf(guest('a'));
  let translation = translateScope(snapshot, scopeOf(snapshot, somePod));
  const steps = [
    { upserts: read(guest('b')), removals: [], expected: undefined },
    { upserts: read(service(80)), removals: [], expected: ['a.example.com:80', 'b.example.com:80', 'shop.mesh:80'] },
    { upserts: read(guest('c')), removals: [], expected: ['a.example.com:80', 'b.example.com:80', 'c.example.com:80', 'shop.mesh:80'] },
    { upserts: read(service(81)), removals: [], expected: undefined },
    { upserts: read(service(80)), removals: read(guest('b')).map(resourceKey), expected: ['a.example.com:80', 'c.example.com:80', 'shop.mesh:80'] },
  ];
  for (const { upserts, removals, expected } of steps) {
    const next = advance(snapshot, { upserts, removals });
    translation = retranslateScope(translation, next.snapshot, next.delta).translation;
    snapshot = next.snapshot;
    expect(translation.tables.get('80')?.names).toEqual(expected);
    expect(translation.listeners.has('0.0.0.0_80')).toBe(expected !== undefined);
  }
});
