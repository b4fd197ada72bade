import { destinationRule, serviceEntry, serviceName, serviceYaml, virtualService } from '@flotilla/testing';
import { readYaml, type MeshResource } from '@flotilla/resources';
import { test } from 'vitest';
import { advance, createSnapshot, defaultMeshConfig, type Snapshot } from '../src/index.ts';

const shape = { endpoints: 4, namespaces: 20 };
const services = Array.from({ length: 1_000 }, (_, number) => serviceName(number, shape));
const changed = serviceName(7, shape);

function read(yaml: string): MeshResource[] {
  return readYaml(yaml, { file: 'mesh', defaultNamespace: 'default' }).resources;
}

const resources = read(services.map((service) => serviceYaml(service, shape)).join('---\n'));
let snapshot = build();

function build(): Snapshot {
  return advance(createSnapshot(defaultMeshConfig), { upserts: resources, removals: [] }).snapshot;
}

/** One form of a resource and another, in turn, so that each advance changes something. */
function alternately(one: string, other: string): () => void {
  const forms = [read(one), read(other)] as const;
  let turn = 0;
  return () => {
    ({ snapshot } = advance(snapshot, { upserts: forms[(turn++ & 1) as 0 | 1], removals: [] }));
  };
}

test('a mesh of 1,000 services with 4,000 endpoints, 1,000 rules and 1,000 VirtualServices', async ({ bench }) => {
  await bench('from nothing', () => void build()).run({ iterations: 10, warmupIterations: 2 });
});

test('one change in it', async ({ bench }) => {
  await bench.compare(
    bench('an endpoint', alternately(serviceEntry(changed, shape, { firstAddress: '10.99.0.1' }), serviceEntry(changed, shape))),
    bench('a DestinationRule', alternately(destinationRule(changed, { maxConnections: 5 }), destinationRule(changed))),
    bench('a VirtualService', alternately(virtualService(changed, { routeName: 'other' }), virtualService(changed))),
  );
});
