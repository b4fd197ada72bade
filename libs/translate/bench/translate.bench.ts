import { advance, createSnapshot, defaultMeshConfig, type Snapshot, type SnapshotDelta } from '@flotilla/mesh';
import { readYaml, type MeshResource } from '@flotilla/resources';
import { destinationRule, serviceEntry, serviceName, serviceYaml, virtualService } from '@flotilla/testing';
import { test } from 'vitest';
import { retranslateScope, scopeOf, translateScope, type EnvoyResource, type ProxyDescription, type ScopeTranslation } from '../src/index.ts';

const shape = { endpoints: 4, namespaces: 20 };
const services = Array.from({ length: 1_000 }, (_, number) => serviceName(number, shape));
const changed = serviceName(7, shape);
const proxy: ProxyDescription = {
  id: 'sidecar~10.1.0.1~app.team-0~team-0.svc.cluster.local',
  type: 'sidecar',
  namespace: 'team-0',
  labels: { app: 'app' },
  ipAddresses: ['10.1.0.1'],
  interception: 'REDIRECT',
  appEndpoints: {},
  discoversVirtualHosts: true,
};

function read(yaml: string): MeshResource[] {
  return readYaml(yaml, { file: 'mesh', defaultNamespace: 'default' }).resources;
}

const resources = read(services.map((service) => serviceYaml(service, shape)).join('---\n'));

/** The caches go by objects: a snapshot of its own finds nothing in them. */
function build(): Snapshot {
  return advance(createSnapshot(defaultMeshConfig), { upserts: structuredClone(resources), removals: [] }).snapshot;
}

function translate(snapshot: Snapshot, namespace: string): readonly EnvoyResource[] {
  return [...translateScope(snapshot, scopeOf(snapshot, { ...proxy, namespace })).resources()];
}

/** For what takes long. */
const few = { iterations: 10, warmupIterations: 2 };

const known = build();
translate(known, 'team-0');

test('1,000 services, for the first time', async ({ bench }) => {
  let fresh = build();
  await bench('6,000 clusters, 6,000 assignments, 2,000 virtual hosts', { beforeEach: () => void (fresh = build()) }, () => void translate(fresh, 'team-0')).run(few);
});

test('1,000 services, for a namespace that sees what another has seen', async ({ bench }) => {
  await bench('the same in shared objects', () => void translate(known, 'team-1')).run(few);
});

test('the scope of a proxy', async ({ bench }) => {
  await bench('scopeOf', () => void scopeOf(known, proxy)).run();
});

interface Step {
  readonly from: ScopeTranslation;
  readonly to: Snapshot;
  readonly delta: SnapshotDelta;
}

/** A change to the mesh, and a scope that has not taken it in. */
function step(yaml: string): Step {
  const { snapshot, delta } = advance(known, { upserts: read(yaml), removals: [] });
  return { from: translateScope(known, scopeOf(known, proxy)), to: snapshot, delta };
}

/** As the second scope and all further ones take it: what the change makes anew is made by then. */
test('one change in 1,000 services, for each scope', async ({ bench }) => {
  const run = ({ from, to, delta }: Step) => () => void retranslateScope(from, to, delta);
  await bench.compare(
    bench('an endpoint', run(step(serviceEntry(changed, shape, { firstAddress: '10.99.0.1' })))),
    bench('a DestinationRule', run(step(destinationRule(changed, { maxConnections: 5 })))),
    bench('a VirtualService', run(step(virtualService(changed, { routeName: 'other' })))),
    bench('something that no sidecar sees', run(step(gateway))),
  );
});

const gateway = `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: edge, namespace: team-0}
spec: {selector: {app: edge}, servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: ['*']}]}
`;
