import { meshConfigName, resourceKey, type MeshResource } from '@flotilla/resources';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { advance, advanceInSteps, createSnapshot, defaultMeshConfig, endpointsOf, serviceFor, servesChanged, servicesOfWorkload, type Snapshot, type SnapshotDelta } from './index.ts';

const namespaces = ['a', 'b'];
const hosts = ['reviews', 'reviews.a.svc.cluster.local', 'ratings.b.svc.cluster.local', 'x.example.com', '*.example.com'];
const labels = fc.record({ app: fc.constantFrom('reviews', 'ratings') }, { requiredKeys: [] });
const address = fc.constantFrom('10.0.0.1', '10.0.0.2', '10.0.0.3');
const workload = fc.record({ address, labels, serviceAccount: fc.constantFrom('one', 'two') });
const metadata = (names: string[]) =>
  fc.record({
    name: fc.constantFrom(...names),
    namespace: fc.constantFrom(...namespaces),
    creationTimestamp: fc.constantFrom('2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z'),
  });
const apiVersion = fc.constant('networking.istio.io/v1');
const someHosts = fc.uniqueArray(fc.constantFrom(...hosts), { minLength: 1, maxLength: 2 });
const exportTo = fc.constantFrom(['*'], ['.'], ['b']);

const serviceEntry = fc.record({
  apiVersion,
  kind: fc.constant('ServiceEntry' as const),
  metadata: metadata(['one', 'two']),
  spec: fc.oneof(
    fc.record({ hosts: someHosts, exportTo, addresses: fc.constantFrom([], ['240.0.0.1']), ports: fc.constant([{ number: 80, name: 'http' }]), workloadSelector: fc.record({ labels }) }),
    fc.record(
      { hosts: someHosts, exportTo, ports: fc.constantFrom([{ number: 80, name: 'http' }], [{ number: 90, name: 'tcp' }]), endpoints: fc.array(workload, { maxLength: 3 }), workloadSelector: fc.record({ labels }) },
      { requiredKeys: ['hosts', 'exportTo', 'ports', 'endpoints'] },
    ),
  ),
});
const workloadEntry = fc.record({ apiVersion, kind: fc.constant('WorkloadEntry' as const), metadata: metadata(['w1', 'w2', 'w3']), spec: workload });
const virtualService = fc.record({
  apiVersion,
  kind: fc.constant('VirtualService' as const),
  metadata: metadata(['one', 'two']),
  spec: fc.record({
    hosts: someHosts,
    exportTo,
    gateways: fc.constantFrom(['mesh'], ['edge'], ['mesh', 'a/edge']),
    http: fc.array(
      fc.record({
        match: fc.array(fc.record({ sourceLabels: labels }), { maxLength: 1 }),
        route: fc.array(fc.record({ destination: fc.record({ host: fc.constantFrom(...hosts) }) }), { minLength: 1, maxLength: 2 }),
      }),
      { minLength: 1, maxLength: 2 },
    ),
  }),
});
const destinationRule = fc.record({
  apiVersion,
  kind: fc.constant('DestinationRule' as const),
  metadata: metadata(['one', 'two']),
  spec: fc.record({ host: fc.constantFrom(...hosts), exportTo, subsets: fc.array(fc.record({ name: fc.constantFrom('v1', 'v2') }), { maxLength: 2 }) }),
});
const gateway = fc.record({
  apiVersion,
  kind: fc.constant('Gateway' as const),
  metadata: metadata(['edge']),
  spec: fc.record({ selector: labels, servers: fc.constant([{ port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts: ['*'] }]) }),
});
const meshConfig = fc.record({
  apiVersion: fc.constant('mesh.istio.io/v1alpha1'),
  kind: fc.constant('MeshConfig' as const),
  metadata: fc.constant({ ...meshConfigName }),
  spec: fc.constantFrom({}, { rootNamespace: 'b' }, { defaultServiceExportTo: ['.'], connectTimeout: '1s' }, { connectTimeout: '10s' }),
});
const resource = fc.oneof(serviceEntry, workloadEntry, virtualService, destinationRule, gateway, meshConfig).map(fromJson);
const change = fc.record({ upserts: fc.array(resource, { maxLength: 4 }), removed: fc.array(resource.map(resourceKey), { maxLength: 2 }) });

const workloads = namespaces.flatMap((namespace) =>
  [{}, { app: 'reviews' }, { app: 'ratings' }].map((of, at) => ({ namespace, labels: of, addresses: [`10.0.0.${at + 1}`] })),
);

/** As it comes from a store: plain JSON. */
function fromJson(value: unknown): MeshResource {
  return JSON.parse(JSON.stringify(value)) as MeshResource;
}

/** The snapshot without its history: persistent maps in one order. */
function plain(value: unknown): unknown {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(plain);
  if (Symbol.iterator in value) return [...(value as Iterable<unknown>)].map((entry) => JSON.stringify(plain(entry))).sort();
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, entry]) => [key, plain(entry)]));
}

function lastOf<T>(steps: Iterator<unknown, T>): T {
  let step = steps.next();
  while (step.done !== true) step = steps.next();
  return step.value;
}

function servicesThatDiffer(before: Snapshot, after: Snapshot): { definitions: Set<string>; endpoints: Set<string> } {
  const ids = new Set([...before.services.services.keys(), ...after.services.services.keys()]);
  const definitions = new Set<string>();
  const endpoints = new Set<string>();
  for (const id of ids) {
    const [old, fresh] = [before.services.services.get(id), after.services.services.get(id)];
    if (JSON.stringify(old) !== JSON.stringify(fresh)) definitions.add(id);
    else if (old !== undefined && fresh !== undefined && JSON.stringify(endpointsOf(before, old)) !== JSON.stringify(endpointsOf(after, fresh))) endpoints.add(id);
  }
  return { definitions, endpoints };
}

test('advancing by changes gives what building from the final resources gives, and names each difference', () => {
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 8 }), fc.integer({ min: 1, max: 10 }), (changes, atOnce) => {
      let snapshot = createSnapshot(defaultMeshConfig);
      const resources = new Map<string, MeshResource>();
      for (const { upserts, removed } of changes) {
        for (const key of removed) resources.delete(key);
        for (const upsert of upserts) resources.set(resourceKey(upsert), upsert);
        const before = snapshot;
        let delta: SnapshotDelta;
        ({ snapshot, delta } = lastOf(advanceInSteps(snapshot, { upserts, removals: removed }, atOnce)));
        expect(delta.mesh).toBe(before.mesh !== snapshot.mesh);
        for (const workload of workloads) {
          const served = [before, snapshot].flatMap((at) => servicesOfWorkload(at, workload)).some(({ id }) => delta.services.has(id));
          expect(servesChanged(workload, before, snapshot, delta)).toBe(served);
        }
        const differing = servicesThatDiffer(before, snapshot);
        if (delta.mesh) {
          for (const id of [...differing.definitions, ...differing.endpoints]) expect(delta.services.union(delta.endpoints)).toContain(id);
          continue;
        }
        expect([...delta.services].sort()).toEqual([...differing.definitions].sort());
        expect([...delta.endpoints].sort()).toEqual([...differing.endpoints].sort());
        for (const id of delta.endpoints) expect(snapshot.services.services.get(id)).toBe(before.services.services.get(id));
        for (const host of hosts) for (const namespace of namespaces) {
          if (serviceFor(before, { namespace }, host) !== serviceFor(snapshot, { namespace }, host)) expect(delta.routes).toContain(host);
        }
      }
      const rebuilt = advance(createSnapshot(defaultMeshConfig), { upserts: [...resources.values()], removals: [] }).snapshot;
      expect(plain(snapshot)).toEqual(plain(rebuilt));
    }),
    { numRuns: 400 },
  );
});
